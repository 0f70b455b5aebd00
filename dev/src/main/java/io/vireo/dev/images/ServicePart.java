package io.vireo.dev.images;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A program of Vireo in an image.
 *
 * @param program its name in {@code /opt/vireo/bin}
 * @param module whose jar has its main class
 * @param mainClass full name
 * @param flags of its Java, beside those that all have
 */
record ServicePart(String program, String module, String mainClass, List<String> flags) {

  static final String HOME = "opt/vireo";

  /** Where the image has native code that otherwise would be unpacked at each start. */
  static final String NATIVE = HOME + "/native";

  /** Where logback finds its configuration. */
  static final String LOGBACK = HOME + "/etc/logback.xml";

  // Many small JVMs share few processors: what starts fast beats what peaks high.
  private static final List<String> FLAGS =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:MaxRAMPercentage=50",
          "-XX:+ExitOnOutOfMemoryError",
          "-XX:-UsePerfData",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-Dlogback.configurationFile=/" + LOGBACK);

  /** Copies the list. */
  ServicePart {
    flags = List.copyOf(flags);
  }

  static List<ServicePart> controlPlane() {
    return List.of(
        new ServicePart("ingest", "vireo-ingest", "io.vireo.ingest.IngestMain", List.of()),
        new ServicePart(
            "scheduler", "vireo-scheduler", "io.vireo.scheduler.SchedulerMain", List.of()),
        new ServicePart(
            "cluster-executor",
            "vireo-cluster-executor",
            "io.vireo.cluster.ClusterExecutorMain",
            List.of()),
        new ServicePart("api", "vireo-api", "io.vireo.api.ApiMain", List.of()));
  }

  static List<ServicePart> node() {
    return List.of(
        new ServicePart(
            "node-executor",
            "vireo-node-executor",
            "io.vireo.node.NodeExecutorMain",
            List.of(
                "-Djna.encoding=UTF-8",
                "-Djna.boot.library.path=/" + NATIVE,
                "-Djna.nounpack=true")));
  }

  static List<ServicePart> network() {
    return List.of(
        new ServicePart(
            "node-network",
            "vireo-node-network",
            "io.vireo.podnet.NodeNetworkMain",
            List.of("-Xss256k", "-XX:ReservedCodeCacheSize=16m")));
  }

  /** The shell script that becomes the program. */
  String script(List<Path> jars) {
    String classPath =
        jars.stream()
            .map(jar -> "/" + HOME + "/lib/" + jar.getFileName())
            .collect(Collectors.joining(":"));
    return """
    #!/bin/sh
    exec /%s/jre/bin/java %s -cp %s %s "$@"
    """
        .formatted(
            HOME,
            String.join(" ", FLAGS) + (flags.isEmpty() ? "" : " " + String.join(" ", flags)),
            classPath,
            mainClass);
  }
}
