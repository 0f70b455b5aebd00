package io.vireo.cli.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The loopback device, by which the parts of a stack on one machine speak with each other. */
public final class Loopback {

  private static final String NAME = "lo:";

  private Loopback() {}

  /** Bytes that went over it since the machine started. */
  public static long bytes() throws IOException {
    return bytes(Files.readAllLines(Path.of("/proc/net/dev")));
  }

  static long bytes(List<String> lines) throws IOException {
    return lines.stream()
        .map(String::strip)
        .filter(line -> line.startsWith(NAME))
        .map(line -> line.substring(NAME.length()).strip().split("\\s+", 2)[0])
        .mapToLong(Long::parseLong)
        .findFirst()
        .orElseThrow(() -> new IOException("Expected a loopback device in /proc/net/dev"));
  }
}
