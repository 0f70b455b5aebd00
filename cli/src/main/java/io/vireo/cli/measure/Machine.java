package io.vireo.cli.measure;

import io.vireo.dev.process.ProgramOutput;
import io.vireo.dev.stack.Kvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What figures were measured on. */
public final class Machine {

  private static final Duration ANSWER_MAX = Duration.ofSeconds(10);

  private Machine() {}

  /** Processors, memory, kernel and programs. */
  public static Map<String, Object> facts() throws IOException, InterruptedException {
    Map<String, Object> machine = new LinkedHashMap<>();
    machine.put("processors", Runtime.getRuntime().availableProcessors());
    machine.put("processor", line("/proc/cpuinfo", "model name"));
    machine.put("memory", line("/proc/meminfo", "MemTotal"));
    machine.put("kernel", System.getProperty("os.version", ""));
    machine.put("java", System.getProperty("java.runtime.version", ""));
    machine.put("qemu", output("qemu-system-x86_64", "--version").lines().findFirst().orElse(""));
    machine.put("kvm", Kvm.works());
    return machine;
  }

  private static String line(String file, String name) throws IOException {
    return Files.readAllLines(Path.of(file)).stream()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("");
  }

  /** The commit of this folder, with a mark when files differ from it. */
  public static String commit(Path home) throws InterruptedException {
    return output(
            "git",
            "-C",
            home.toString(),
            "describe",
            "--always",
            "--abbrev=40",
            "--dirty",
            "--exclude=*")
        .strip();
  }

  private static String output(String... command) throws InterruptedException {
    return ProgramOutput.of(List.of(command), ANSWER_MAX).orElse("");
  }

  /** How many threads ran or waited to, on average of the last minute. */
  public static double load() throws IOException {
    return Double.parseDouble(Files.readString(Path.of("/proc/loadavg")).split(" ", 2)[0]);
  }
}
