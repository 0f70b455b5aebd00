package io.vireo.containers;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.PullImageResultCallback;
import com.github.dockerjava.api.exception.NotFoundException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;

/** The Docker engine of this machine, and which images it can have. */
final class TestEngine {

  private static final Logger log = LoggerFactory.getLogger(TestEngine.class);
  private static final String DEFAULT_SOCKET = "unix:///var/run/docker.sock";
  private static final long PULL_MAX_MINUTES = 10;

  private TestEngine() {}

  /**
   * The image to start: the one that a variable names, else the official one.
   *
   * <p>Skips the running test if there is no engine, or if the official image cannot be had. An
   * image that somebody asked for and that is not there is an error.
   *
   * @param variable of the environment
   * @param official pulled if it is not there
   */
  static String image(String variable, String official) throws InterruptedException {
    Optional<String> asked =
        Optional.ofNullable(System.getenv(variable)).filter(name -> !name.isBlank());
    if (!DockerClientFactory.instance().isDockerAvailable()) {
      throw skip(
          "no Docker engine: none answers at "
              + Optional.ofNullable(System.getenv("DOCKER_HOST")).orElse(DEFAULT_SOCKET));
    }
    String image = asked.orElse(official);
    Optional<String> problem = problem(image);
    if (problem.isPresent() && asked.isPresent()) {
      throw new IllegalStateException(
          variable + ": expected an image that the Docker engine has, but " + problem.get());
    }
    if (problem.isPresent()) {
      throw skip(problem.get() + "; name another by " + variable);
    }
    return image;
  }

  /** Asked once, while Testcontainers would try to pull for two minutes. */
  private static Optional<String> problem(String image) throws InterruptedException {
    try {
      DockerClient engine = DockerClientFactory.instance().client();
      if (isThere(engine, image)) {
        return Optional.empty();
      }
      boolean pulled =
          engine
              .pullImageCmd(image)
              .exec(new PullImageResultCallback())
              .awaitCompletion(PULL_MAX_MINUTES, TimeUnit.MINUTES);
      return pulled
          ? Optional.empty()
          : Optional.of(image + " was not pulled within " + PULL_MAX_MINUTES + " minutes");
    } catch (RuntimeException e) {
      return Optional.of(image + " cannot be had: " + e.getMessage());
    }
  }

  private static boolean isThere(DockerClient engine, String image) {
    try {
      engine.inspectImageCmd(image).exec();
      return true;
    } catch (NotFoundException e) {
      return false;
    }
  }

  /** Never returns. */
  private static RuntimeException skip(String reason) {
    // In the text: a module's test log may show no key-values.
    log.atWarn().log("A test in a container is skipped: {}", reason);
    return Assumptions.abort(reason);
  }
}
