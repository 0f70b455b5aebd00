package io.vireo.cli.doctor;

import io.vireo.dev.process.ProgramOutput;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Go, with which Kubernetes' programs are built when no release can be downloaded. */
final class GoToolchain {

  /** From this minor version on, Go fetches the newer Go that a module asks for. */
  private static final int MINOR_MIN = 21;

  private static final Pattern VERSION = Pattern.compile("\\bgo1\\.([0-9]+)");
  private static final Pattern CANDIDATE = Pattern.compile("Candidate: [0-9]:1\\.([0-9]+)");

  private GoToolchain() {}

  static Optional<String> installed() throws InterruptedException {
    return Programs.firstLine("go", "version").filter(GoToolchain::isRecent);
  }

  /** Whether {@code go version} tells of one that can build. */
  static boolean isRecent(String version) {
    Matcher matcher = VERSION.matcher(version);
    return matcher.find() && Integer.parseInt(matcher.group(1)) >= MINOR_MIN;
  }

  /** Whether Debian's package is recent enough. */
  static boolean packageIsRecent() throws InterruptedException {
    return ProgramOutput.of(List.of("apt-cache", "policy", "golang-go"), Duration.ofSeconds(20))
        .map(CANDIDATE::matcher)
        .filter(Matcher::find)
        .filter(matcher -> Integer.parseInt(matcher.group(1)) >= MINOR_MIN)
        .isPresent();
  }
}
