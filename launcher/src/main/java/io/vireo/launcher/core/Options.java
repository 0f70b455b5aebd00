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
    List<Disk> disks,
    OptionalLong consoleLogBytes) {

  public Options {
    disks = List.copyOf(disks);
  }

  /** A disk to prepare. */
  public sealed interface Disk {

    /** Name of the volume, which is the disk's too. */
    String volume();
  }

  /**
   * A disk out of an image.
   *
   * @param path file in the image; empty for the only one in {@code /disk}
   */
  public record ContainerDisk(String volume, Optional<String> path) implements Disk {}

  /** A disk that begins empty. */
  public record EmptyDisk(String volume, long bytes) implements Disk {}

  /**
   * The file {@code disk.img} in a claim's file system.
   *
   * @param bytes how large to make it if it is not there; 0 for a claim that is only read
   */
  public record ClaimDisk(String volume, long bytes) implements Disk {}

  /**
   * A claim's block device.
   *
   * @param exclusive it is written to, and by nobody else
   */
  public record BlockDisk(String volume, boolean exclusive) implements Disk {}

  /**
   * What is written over a claim that is only read, and lost with the pod.
   *
   * @param block the claim is a block device, not a file system
   */
  public record EphemeralDisk(String volume, boolean block) implements Disk {}

  /** An ISO image for cloud-init. */
  public record CloudInit(String volume) implements Disk {}

  /**
   * An ISO image of files.
   *
   * @param label of the image
   */
  public record FilesDisk(String volume, String label) implements Disk {}

  /**
   * Reads the arguments, which come in pairs.
   *
   * @throws IllegalArgumentException naming the argument that is wrong
   */
  public static Options parse(String... args) {
    Map<String, String> single = new HashMap<>();
    List<Disk> disks = new ArrayList<>();
    for (int i = 0; i < args.length; i += 2) {
      if (i + 1 == args.length) {
        throw new IllegalArgumentException("Expected a value after " + args[i]);
      }
      String value = args[i + 1];
      switch (args[i]) {
        case "--container-disk" -> disks.add(containerDisk(value));
        case "--empty-disk" -> {
          Pair pair = pair(args[i], value, "BYTES");
          disks.add(new EmptyDisk(pair.name(), parse(args[i], pair.value())));
        }
        case "--claim-disk" -> {
          Pair pair = pair(args[i], value, "BYTES");
          disks.add(new ClaimDisk(pair.name(), parse(args[i], pair.value())));
        }
        case "--block-disk" -> disks.add(new BlockDisk(value, true));
        case "--shared-block-disk" -> disks.add(new BlockDisk(value, false));
        case "--ephemeral-claim" -> disks.add(new EphemeralDisk(value, false));
        case "--ephemeral-block" -> disks.add(new EphemeralDisk(value, true));
        case "--cloud-init-no-cloud" -> disks.add(new CloudInit(value));
        case "--files-iso" -> {
          Pair pair = pair(args[i], value, "LABEL");
          disks.add(new FilesDisk(pair.name(), pair.value()));
        }
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
        disks,
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

  private record Pair(String name, String value) {}

  private static Pair pair(String option, String text, String meaning) {
    int equals = text.indexOf('=');
    if (equals < 0) {
      throw new IllegalArgumentException(
          "Expected " + option + " VOLUME=" + meaning + ", but got " + text);
    }
    return new Pair(text.substring(0, equals), text.substring(equals + 1));
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
