package io.vireo.launcher.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The launcher's command line.
 *
 * @param epoch epoch of the VMI that this pod belongs to
 * @param gracePeriodSeconds how long a guest may take to shut down
 * @param consoleLogBytes how large the log of the serial console may get, if there is one
 */
public record Options(
    String uid,
    long epoch,
    String namespace,
    String name,
    String hostname,
    long gracePeriodSeconds,
    List<ContainerDisk> containerDisks,
    List<EmptyDisk> emptyDisks,
    List<String> cloudInits,
    OptionalLong consoleLogBytes) {

  public Options {
    containerDisks = List.copyOf(containerDisks);
    emptyDisks = List.copyOf(emptyDisks);
    cloudInits = List.copyOf(cloudInits);
  }

  /**
   * A disk out of an image.
   *
   * @param path file in the image; empty for the only one in {@code /disk}
   */
  public record ContainerDisk(String volume, Optional<String> path) {}

  /** A disk that begins empty. */
  public record EmptyDisk(String volume, long bytes) {}

  /**
   * Reads the arguments, which come in pairs.
   *
   * @throws IllegalArgumentException naming the argument that is wrong
   */
  public static Options parse(String... args) {
    Map<String, String> single = new HashMap<>();
    List<ContainerDisk> containerDisks = new ArrayList<>();
    List<EmptyDisk> emptyDisks = new ArrayList<>();
    List<String> cloudInits = new ArrayList<>();
    for (int i = 0; i < args.length; i += 2) {
      if (i + 1 == args.length) {
        throw new IllegalArgumentException("Expected a value after " + args[i]);
      }
      String value = args[i + 1];
      switch (args[i]) {
        case "--container-disk" -> containerDisks.add(containerDisk(value));
        case "--empty-disk" -> emptyDisks.add(emptyDisk(value));
        case "--cloud-init-no-cloud" -> cloudInits.add(value);
        case "--uid",
            "--epoch",
            "--namespace",
            "--name",
            "--hostname",
            "--grace-period-seconds",
            "--console-log-bytes" ->
            single.put(args[i], value);
        default -> throw new IllegalArgumentException("Unknown argument " + args[i]);
      }
    }
    return new Options(
        required(single, "--uid"),
        number(single, "--epoch"),
        required(single, "--namespace"),
        required(single, "--name"),
        required(single, "--hostname"),
        number(single, "--grace-period-seconds"),
        containerDisks,
        emptyDisks,
        cloudInits,
        single.containsKey("--console-log-bytes")
            ? OptionalLong.of(number(single, "--console-log-bytes"))
            : OptionalLong.empty());
  }

  private static ContainerDisk containerDisk(String value) {
    int equals = value.indexOf('=');
    return equals < 0
        ? new ContainerDisk(value, Optional.empty())
        : new ContainerDisk(value.substring(0, equals), Optional.of(value.substring(equals + 1)));
  }

  private static EmptyDisk emptyDisk(String value) {
    int equals = value.indexOf('=');
    if (equals < 0) {
      throw new IllegalArgumentException("Expected --empty-disk VOLUME=BYTES, but got " + value);
    }
    return new EmptyDisk(
        value.substring(0, equals), parse("--empty-disk", value.substring(equals + 1)));
  }

  private static String required(Map<String, String> single, String key) {
    String value = single.get(key);
    if (value == null || value.isEmpty()) {
      throw new IllegalArgumentException("Expected " + key + " to be given");
    }
    return value;
  }

  private static long number(Map<String, String> single, String key) {
    return parse(key, required(single, key));
  }

  private static long parse(String key, String value) {
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "Expected " + key + " to be a number, but got " + value, e);
    }
  }
}
