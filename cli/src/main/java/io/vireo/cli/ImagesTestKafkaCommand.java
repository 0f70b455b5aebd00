package io.vireo.cli;

import io.vireo.cli.images.ImageLoad;
import io.vireo.dev.images.Image;
import io.vireo.dev.images.ImageStore;
import io.vireo.dev.images.JarSet;
import io.vireo.dev.images.KafkaImage;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code vireo images test-kafka}. */
@Command(
    name = "test-kafka",
    mixinStandardHelpOptions = true,
    description =
        "Builds a Kafka broker for the tests in containers and loads it into Docker, where no"
            + " registry can be reached.")
final class ImagesTestKafkaCommand implements Callable<Integer> {

  @ParentCommand private ImagesCommand images = new ImagesCommand();

  @Override
  public Integer call() throws Exception {
    ImageLoad docker = ImageLoad.docker();
    ImageStore store = images.store();
    Path javaHome = Path.of(System.getProperty("java.home", "/usr"));
    Steps steps = Steps.onStandardError();
    try (StopOnExit _ = StopOnExit.arm(images.place(), steps)) {
      Image built =
          steps.run(
              "building " + KafkaImage.REFERENCE,
              (Consumer<String> detail) ->
                  KafkaImage.build(store, JarSet.onClassPath(), javaHome, detail));
      steps.run("loading it into Docker", () -> docker.run(store, List.of(built)));
    }
    System.out.println(KafkaImage.REFERENCE);
    return 0;
  }
}
