package io.vireo.dev.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher's script {@code capabilities} with the libvirt of this machine. */
class MachineCapabilitiesIT {

  @TempDir private Path folder;

  @Test
  void shouldAskLibvirtAndRemoveWhatWasThereBefore() throws Exception {
    Path target = folder.resolve("capabilities");
    Files.createDirectories(target);
    Path stale = Files.createFile(target.resolve("stale"));

    MachineCapabilities.ask(target);

    assertThat(stale).doesNotExist();
    assertThat(Files.readAllLines(target.resolve("facts")))
        .contains("machine-type q35", "machine-type pc", "emulated-cpu-model qemu64")
        .allMatch(
            line -> line.matches("(machine-type|(emulated|host)-cpu-model) [A-Za-z0-9._-]{1,63}"))
        .doesNotHaveDuplicates();
    try (Stream<Path> cache = Files.list(target.resolve("cache"))) {
      assertThat(cache)
          .isNotEmpty()
          .allSatisfy(file -> assertThat(file).content().contains("<qemuCaps"));
    }
  }
}
