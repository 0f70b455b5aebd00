package io.vireo.node.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostDeviceTest {

  @TempDir private Path dev;

  @Test
  void shouldFindNothingOnAMachineWithoutDevices() {
    assertThat(HostDevice.of(dev)).isEmpty();
    assertThat(HostDevice.of(dev.resolve("missing"))).isEmpty();
  }

  @Test
  void shouldFindWhatThereIsBelowTheFolder() throws IOException {
    Files.createDirectory(dev.resolve("net"));
    Files.createFile(dev.resolve("net/tun"));
    assertThat(HostDevice.of(dev)).containsExactly(HostDevice.TUN);

    Files.createFile(dev.resolve("kvm"));
    Files.createFile(dev.resolve("vhost-net"));
    assertThat(HostDevice.of(dev)).containsExactlyInAnyOrder(HostDevice.values());
  }

  @ParameterizedTest
  @CsvSource({
    "KVM, devices.kubevirt.io/kvm, /dev/kvm, vireo-kvm.sock",
    "TUN, devices.kubevirt.io/tun, /dev/net/tun, vireo-tun.sock",
    "VHOST_NET, devices.kubevirt.io/vhost-net, /dev/vhost-net, vireo-vhost-net.sock",
  })
  void shouldHaveTheNamesOfTheContract(
      HostDevice device, String resource, String path, String socket) {
    assertThat(device.resource()).isEqualTo(resource);
    assertThat(device.path()).isEqualTo(path);
    assertThat(device.socket()).isEqualTo(socket);
  }
}
