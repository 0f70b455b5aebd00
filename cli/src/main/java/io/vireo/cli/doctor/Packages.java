package io.vireo.cli.doctor;

import io.vireo.cli.Failure;
import io.vireo.cli.Place;
import io.vireo.cli.Steps;
import io.vireo.cli.Terminal;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Debian packages. */
final class Packages {

  private static final int TAIL_LINES = 20;

  private final Place place;
  private final Steps steps;
  private final boolean yes;

  Packages(Place place, Steps steps, boolean yes) {
    this.place = place;
    this.steps = steps;
    this.yes = yes;
  }

  /** Installs them, after asking. */
  void install(List<String> packages) throws Exception {
    String names = String.join(" ", packages);
    if (Programs.find("apt-get").isEmpty()) {
      throw new Failure("these packages are missing, and there is no apt-get here: " + names);
    }
    List<String> rights = rights(names);
    if (!yes) {
      if (!Terminal.isInteractive()) {
        throw new Failure(
            "missing: "
                + names
                + ". Run again with --yes to install, or: apt-get install "
                + names);
      }
      if (!Terminal.confirm("Missing packages: " + names + "\nInstall them with apt-get?")) {
        throw new Failure("not installed: " + names);
      }
    }
    Path log = Files.createDirectories(place.state().logs()).resolve("apt.log");
    Files.deleteIfExists(log);
    steps.run("apt-get update", () -> run(rights, log, List.of("apt-get", "update", "-q")));
    List<String> install =
        new ArrayList<>(
            List.of(
                "env",
                "DEBIAN_FRONTEND=noninteractive",
                "apt-get",
                "install",
                "-q",
                "-y",
                "--no-install-recommends"));
    install.addAll(packages);
    steps.run("installing " + names, () -> run(rights, log, install));
  }

  private static List<String> rights(String names) throws Failure {
    if ("root".equals(System.getProperty("user.name"))) {
      return List.of();
    }
    if (Programs.find("sudo").isEmpty()) {
      throw new Failure("please install as root: apt-get install " + names);
    }
    return List.of("sudo");
  }

  private static boolean run(List<String> rights, Path log, List<String> words)
      throws IOException, InterruptedException, Failure {
    List<String> command = new ArrayList<>(rights);
    command.addAll(words);
    Process process =
        new ProcessBuilder(command)
            // For a password that sudo may ask for.
            .redirectInput(ProcessBuilder.Redirect.INHERIT)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(new File(log.toString())))
            .start();
    if (process.waitFor() != 0) {
      List<String> lines = Files.readAllLines(log);
      throw new Failure(
          String.join(" ", words)
              + " failed; the end of "
              + log
              + ":\n"
              + String.join(
                  "\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size())));
    }
    return true;
  }
}
