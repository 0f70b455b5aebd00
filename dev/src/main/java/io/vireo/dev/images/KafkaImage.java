package io.vireo.dev.images;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * An image of one Kafka broker of this build's version that starts as the official {@code
 * apache/kafka} does, for tests where no registry can be reached. It does not ship.
 */
public final class KafkaImage {

  /** Its name. */
  public static final String REFERENCE = "localhost/vireo/test-kafka:" + VireoImage.version();

  private static final String HOME = "opt/kafka";
  private static final String RUN = "etc/kafka/docker/run";

  private KafkaImage() {}

  /**
   * Builds it anew, over a root file system that is kept.
   *
   * @param jars those of this program, Kafka's among them
   * @param javaHome a JDK with jlink
   */
  public static Image build(ImageStore store, JarSet jars, Path javaHome, Consumer<String> progress)
      throws IOException, InterruptedException {
    DebianRoot root = DebianRoots.kafka();
    Optional<Image> had = DebianImage.find(store, root);
    Image base = had.isPresent() ? had.get() : DebianImage.build(store, root, progress);
    List<Layer> layers = new ArrayList<>();
    base.layers().forEach(blob -> layers.add(new Layer.Stored(blob)));
    Path java = JavaRuntime.ofServices(javaHome).make(store);
    layers.add(layer(JavaRuntime.entries(HOME + "/jre", java)));
    List<Layer.Entry> libraries = new ArrayList<>();
    for (Path jar : new TreeSet<>(jars.runTime("vireo-dev"))) {
      libraries.add(Layer.file(HOME + "/libs/" + jar.getFileName(), 0644, jar));
    }
    layers.add(layer(libraries));
    layers.add(
        Layer.of(
            Layer.text(RUN, 0755, resource("kafka-run.sh")),
            Layer.text(HOME + "/logback.xml", 0644, resource("kafka-logback.xml"))));
    return ImageWriter.write(
        store,
        REFERENCE,
        ImageConfig.EMPTY
            // No entrypoint: tests begin with a command of their own, and call this one later.
            .withCommand("/" + RUN)
            .withEnvironment("PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8")
            .withUser(DebianRoots.SERVICE_ID + ":" + DebianRoots.SERVICE_ID),
        layers);
  }

  private static Layer layer(List<Layer.Entry> entries) {
    return Layer.of(entries.toArray(Layer.Entry[]::new));
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = KafkaImage.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("Expected " + name + " among the classes");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
