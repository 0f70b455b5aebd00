package io.vireo.e2e;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The machine's own ssh client. */
final class Ssh {

  private Ssh() {}

  /** Makes a key pair; the public half is beside it. Skips the test where there is no client. */
  static void makeKey(Path key) throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/ssh")), "not installed: ssh (openssh-client)");
    said("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString());
  }

  /**
   * What a command says as root on another machine, or what the client says if it is not let in.
   */
  static String run(Path key, String host, int port, String command) throws Exception {
    List<String> words = new ArrayList<>(List.of("ssh", "-i", key.toString()));
    for (String option :
        List.of(
            "BatchMode=yes",
            "IdentitiesOnly=yes",
            "ConnectTimeout=5",
            "StrictHostKeyChecking=no",
            "UserKnownHostsFile=/dev/null",
            "LogLevel=ERROR")) {
      words.addAll(List.of("-o", option));
    }
    words.addAll(List.of("-F", "none", "-p", Integer.toString(port), "root@" + host, command));
    return said(words.toArray(String[]::new));
  }

  private static String said(String... words) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output;
  }
}
