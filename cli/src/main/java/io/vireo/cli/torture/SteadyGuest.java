package io.vireo.cli.torture;

import io.vireo.cli.console.ConsoleClient;
import io.vireo.dev.stack.StackFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A guest that has to live through everything: its boot id, and its QEMU. */
final class SteadyGuest {

  private static final Duration CONSOLE_MAX = Duration.ofMinutes(2);
  private static final long ANSWER_MS = 2_000;
  private static final Pattern BOOT_ID = Pattern.compile("BOOT=([0-9a-f-]{36})=");

  private final Life life;
  private final StackFile.Node node;
  private String bootId = "";
  private Set<Qemus.Found> qemu = Set.of();

  SteadyGuest(Life life, StackFile.Node node) {
    this.life = life;
    this.node = node;
  }

  Life life() {
    return life;
  }

  /** Boots it and keeps what it is known by. */
  void boot() throws Exception {
    life.apply(Life.yaml(life.name(), 20, Life.onNode(node.name()), false));
    life.awaitPhase("Running");
    qemu = Qemus.now().getOrDefault(life.name(), Set.of());
    if (qemu.size() != 1) {
      throw new Broken("Expected one QEMU of " + life.name() + ", but found " + qemu);
    }
    bootId = readBootId();
  }

  Qemus.Found qemu() {
    return qemu.iterator().next();
  }

  String bootId() {
    return bootId;
  }

  /** That it is the one that was booted, by its process. */
  void checkProcess() throws Broken, IOException {
    Set<Qemus.Found> now = Qemus.now().getOrDefault(life.name(), Set.of());
    if (!now.equals(qemu)) {
      throw new Broken(
          "Expected the guest " + life.name() + " to be " + qemu + ", but it is " + now);
    }
  }

  /** That it is the one that was booted, by what it says of itself. */
  void checkBootId() throws Broken, InterruptedException {
    String now = readBootId();
    if (!now.equals(bootId)) {
      throw new Broken(
          "Expected the guest %s to have boot id %s, but it has %s"
              .formatted(life.name(), bootId, now));
    }
  }

  @SuppressWarnings("JdkObsolete") // The console's thread appends while this one reads.
  private String readBootId() throws Broken, InterruptedException {
    StringBuffer said = new StringBuffer();
    Patience.await(
        "the boot id on the console of " + life.name(),
        CONSOLE_MAX,
        () -> asked(said),
        said::toString);
    Matcher id = BOOT_ID.matcher(said);
    if (!id.find()) {
      throw new IllegalStateException("Expected the boot id that was seen");
    }
    return id.group(1);
  }

  /** The shell may have a session already, and what was printed before is not repeated. */
  @SuppressWarnings("JdkObsolete") // As above.
  private boolean asked(StringBuffer said) throws IOException, InterruptedException {
    try (ConsoleClient console =
        ConsoleClient.connect(
            node, life.uid(), bytes -> said.append(new String(bytes, StandardCharsets.UTF_8)))) {
      int from = said.length();
      type(console, "");
      if (said.substring(from).contains("login:")) {
        type(console, "root");
      }
      type(console, "echo BOOT=$(cat /proc/sys/kernel/random/boot_id)=");
      return BOOT_ID.matcher(said).find();
    }
  }

  private static void type(ConsoleClient console, String line)
      throws IOException, InterruptedException {
    console.send((line + "\n").getBytes(StandardCharsets.UTF_8));
    Thread.sleep(ANSWER_MS);
  }
}
