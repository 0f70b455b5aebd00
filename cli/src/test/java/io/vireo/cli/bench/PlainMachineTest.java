package io.vireo.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlainMachineTest {

  private static final List<String> VMI =
      List.of(
          "/usr/bin/qemu-system-x86_64",
          "-name",
          "guest=default_tiny,debug-threads=on",
          "-machine",
          "pc-q35-7.2,usb=off,dump-guest-core=off,memory-backend=pc.ram",
          "-accel",
          "tcg,tb-size=64",
          "-cpu",
          "qemu64",
          "-m",
          "128",
          "-object",
          "{\"qom-type\":\"memory-backend-ram\",\"id\":\"pc.ram\",\"size\":134217728}",
          "-smp",
          "1,sockets=1,cores=1,threads=1");

  private static List<String> command(String cache, String io) {
    return new PlainMachine(VMI)
        .command(
            Path.of("/tmp/root.qcow2"),
            Path.of("/data,1/plain.img"),
            new PlainMachine.Options(
                Optional.ofNullable(cache).filter(c -> !c.isEmpty()),
                Optional.ofNullable(io).filter(i -> !i.isEmpty())));
  }

  @Test
  void shouldBeTheSameMachineWithoutWhatLibvirtAdds() {
    assertThat(command("", ""))
        .containsExactly(
            "/usr/bin/qemu-system-x86_64",
            "-nodefaults",
            "-no-user-config",
            "-display",
            "none",
            "-monitor",
            "none",
            "-serial",
            "stdio",
            "-machine",
            "pc-q35-7.2",
            "-accel",
            "tcg,tb-size=64",
            "-cpu",
            "qemu64",
            "-m",
            "128",
            "-smp",
            "1,sockets=1,cores=1,threads=1",
            "-blockdev",
            "driver=qcow2,node-name=root,discard=unmap,file.driver=file,file.filename=/tmp/root.qcow2",
            "-device",
            "virtio-blk-pci-non-transitional,drive=root,bootindex=1",
            "-blockdev",
            "driver=raw,node-name=data,discard=unmap,file.driver=file,file.filename=/data,,1/plain.img",
            "-device",
            "virtio-blk-pci-non-transitional,drive=data");
  }

  @ParameterizedTest
  @CsvSource({
    "none, native, ',cache.direct=on,file.cache.direct=on,file.aio=native', ',write-cache=on'",
    "none, '', ',cache.direct=on,file.cache.direct=on', ',write-cache=on'",
    "writeback, threads, ',file.aio=threads', ',write-cache=on'",
    "writethrough, '', '', ',write-cache=off'",
  })
  void shouldOpenTheDiskAsTheVmiDoes(String cache, String io, String node, String device) {
    List<String> command = command(cache, io);

    assertThat(command.get(command.size() - 3)).endsWith("plain.img" + node);
    assertThat(command.getLast()).endsWith("drive=data" + device);
    assertThat(command).filteredOn(word -> word.contains("root.qcow2")).hasSize(1);
  }

  @Test
  void shouldSayWhatIsMissing() {
    PlainMachine machine = new PlainMachine(List.of("/usr/bin/qemu-system-x86_64", "-m", "1"));

    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                machine.command(
                    Path.of("/r"),
                    Path.of("/d"),
                    new PlainMachine.Options(Optional.empty(), Optional.empty())))
        .withMessageContaining("-machine");
  }
}
