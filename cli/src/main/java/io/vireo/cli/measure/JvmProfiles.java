package io.vireo.cli.measure;

import io.vireo.cli.Failure;
import io.vireo.dev.process.ProgramOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import one.convert.Arguments;
import one.convert.JfrToFlame;

/**
 * What the threads of several JVMs spend processor time on, sampled by JDK Flight Recorder, as a
 * flame graph of each. Sampling takes processor time itself.
 */
public final class JvmProfiles {

  private static final String RECORDING = "vireo-profile";
  private static final String EACH_MS = "10";
  private static final Duration ANSWER_MAX = Duration.ofSeconds(30);
  private static final String LEAST_PERCENT = "0.3";

  private static final List<String> PROBLEMS =
      List.of("Could not", "Unknown diagnostic command", "Warning!");

  private final Path folder;
  private final Map<String, Long> pids;
  private final String jcmd;

  private JvmProfiles(Path folder, Map<String, Long> pids, String jcmd) {
    this.folder = folder;
    this.pids = pids;
    this.jcmd = jcmd;
  }

  /**
   * Begins.
   *
   * @param folder where the flame graphs come to; made if it is not there
   * @param pids of JVMs that run as this user, by the name for people
   * @throws Failure naming a JVM that does not do so
   */
  public static JvmProfiles start(Path folder, Map<String, Long> pids)
      throws IOException, InterruptedException, Failure {
    Files.createDirectories(folder);
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    if (!Files.isExecutable(jcmd)) {
      throw new Failure("a profile is taken by jcmd of a JDK, and there is no " + jcmd);
    }
    JvmProfiles profiles = new JvmProfiles(folder, Map.copyOf(pids), jcmd.toString());
    for (Map.Entry<String, Long> jvm : profiles.pids.entrySet()) {
      profiles.ask(
          jvm,
          "JFR.start",
          "name=" + RECORDING,
          "settings=none",
          "+jdk.CPUTimeSample#enabled=true",
          "+jdk.CPUTimeSample#throttle=" + EACH_MS + "ms");
    }
    return profiles;
  }

  /**
   * Ends it.
   *
   * @return the files, one HTML page of each JVM
   */
  public List<Path> stop() throws IOException, InterruptedException, Failure {
    List<Path> graphs = new ArrayList<>();
    for (Map.Entry<String, Long> jvm : pids.entrySet()) {
      Path recording = Files.createTempFile("vireo-profile-", ".jfr");
      try {
        ask(jvm, "JFR.stop", "name=" + RECORDING, "filename=" + recording);
        Path graph = folder.resolve(fileName(jvm.getKey()));
        JfrToFlame.convert(
            recording.toString(),
            graph.toString(),
            new Arguments(
                "--cpu-time", "--title", jvm.getKey(), "--minwidth", LEAST_PERCENT, "--dot"));
        graphs.add(graph);
      } finally {
        Files.deleteIfExists(recording);
      }
    }
    return graphs.stream().sorted().toList();
  }

  static String fileName(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-") + ".html";
  }

  private void ask(Map.Entry<String, Long> jvm, String... words)
      throws InterruptedException, Failure {
    List<String> command = new ArrayList<>(List.of(jcmd, jvm.getValue().toString()));
    command.addAll(List.of(words));
    String answer =
        ProgramOutput.of(command, ANSWER_MAX)
            .orElseThrow(
                () ->
                    new Failure(
                        "%s (process %d) did not do: jcmd %s"
                            .formatted(jvm.getKey(), jvm.getValue(), String.join(" ", words))));
    // jcmd ends well also where the JVM could not do it.
    if (PROBLEMS.stream().anyMatch(answer::contains)) {
      throw new Failure("%s: %s".formatted(jvm.getKey(), answer.strip()));
    }
  }
}
