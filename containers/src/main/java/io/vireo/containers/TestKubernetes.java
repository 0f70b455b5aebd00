package io.vireo.containers;

import org.testcontainers.k3s.K3sContainer;
import org.testcontainers.utility.DockerImageName;

/** A Kubernetes of one node, k3s. Its container is privileged. */
public final class TestKubernetes implements AutoCloseable {

  /** Names another image. */
  public static final String IMAGE = "VIREO_TEST_K3S_IMAGE";

  private static final String OFFICIAL = "rancher/k3s";
  private static final String VERSION = "v1.35.4-k3s1";

  private final K3sContainer container;

  private TestKubernetes(K3sContainer container) {
    this.container = container;
  }

  /** Starts one and returns once it serves; skips the running test where there can be none. */
  @SuppressWarnings("resource") // Closed by what is returned.
  public static TestKubernetes start() throws InterruptedException {
    K3sContainer container =
        new K3sContainer(
            DockerImageName.parse(TestEngine.image(IMAGE, OFFICIAL + ":" + VERSION))
                .asCompatibleSubstituteFor(OFFICIAL));
    container.start();
    return new TestKubernetes(container);
  }

  /** For its administrator; the content of the file. */
  public String kubeconfig() {
    return container.getKubeConfigYaml();
  }

  @Override
  public void close() {
    container.stop();
  }
}
