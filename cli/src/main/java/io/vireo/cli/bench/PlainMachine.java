package io.vireo.cli.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A machine like that of a VMI, as somebody starts it who knows QEMU and has nothing else: the same
 * kind of machine, processor, memory and accelerator, two virtio disks, a serial console.
 *
 * @param words the command line of the VMI's QEMU
 */
record PlainMachine(List<String> words) {

  /** What is taken over as it is. */
  private static final List<String> SAME = List.of("-accel", "-cpu", "-m", "-smp");

  /** Copies the list. */
  PlainMachine {
    words = List.copyOf(words);
  }

  /**
   * How the disks that are measured are opened.
   *
   * @param cache none, writethrough or writeback; empty for what QEMU does by itself
   * @param io native or threads; empty likewise
   */
  record Options(Optional<String> cache, Optional<String> io) {

    /** For people. */
    String text() {
      return cache.map(c -> "cache " + c).orElse("the default cache")
          + ", "
          + io.map(i -> "I/O " + i).orElse("the default I/O");
    }

    private String node() {
      String direct =
          cache.filter(c -> c.equals("none")).isPresent()
              ? ",cache.direct=on,file.cache.direct=on"
              : "";
      return direct + io.map(i -> ",file.aio=" + i).orElse("");
    }

    private String device() {
      return cache.map(c -> ",write-cache=" + (c.equals("writethrough") ? "off" : "on")).orElse("");
    }
  }

  /**
   * The command line.
   *
   * @param root image of format qcow2 that it boots
   * @param data raw file that is measured
   */
  List<String> command(Path root, Path data, Options options) {
    List<String> command = new ArrayList<>();
    command.add(words.getFirst());
    command.addAll(List.of("-nodefaults", "-no-user-config", "-display", "none"));
    command.addAll(List.of("-monitor", "none", "-serial", "stdio"));
    // Its further settings are of libvirt's making, such as where it keeps the guest's memory.
    command.addAll(List.of("-machine", value("-machine").split(",", 2)[0]));
    for (String option : SAME) {
      if (words.contains(option)) {
        command.addAll(List.of(option, value(option)));
      }
    }
    command.addAll(disk("root", "qcow2", root, "", ",bootindex=1"));
    command.addAll(disk("data", "raw", data, options.node(), options.device()));
    return command;
  }

  private static List<String> disk(
      String name, String format, Path file, String node, String device) {
    return List.of(
        "-blockdev",
        "driver="
            + format
            + ",node-name="
            + name
            + ",discard=unmap,file.driver=file,file.filename="
            + file.toString().replace(",", ",,")
            + node,
        "-device",
        "virtio-blk-pci-non-transitional,drive=" + name + device);
  }

  private String value(String option) {
    int at = words.indexOf(option);
    if (at < 0 || at + 1 == words.size()) {
      throw new IllegalArgumentException(
          "Expected " + option + " on the command line of the VMI's QEMU, but it is " + words);
    }
    return words.get(at + 1);
  }
}
