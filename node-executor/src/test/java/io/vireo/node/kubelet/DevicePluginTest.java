package io.vireo.node.kubelet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.vireo.kubelet.deviceplugin.AllocateRequest;
import io.vireo.kubelet.deviceplugin.ContainerAllocateRequest;
import io.vireo.kubelet.deviceplugin.ContainerAllocateResponse;
import io.vireo.kubelet.deviceplugin.Device;
import io.vireo.kubelet.deviceplugin.DevicePluginGrpc;
import io.vireo.kubelet.deviceplugin.DeviceSpec;
import io.vireo.kubelet.deviceplugin.Empty;
import io.vireo.kubelet.deviceplugin.Mount;
import io.vireo.kubelet.registration.InfoRequest;
import io.vireo.kubelet.registration.PluginInfo;
import io.vireo.kubelet.registration.RegistrationGrpc;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DevicePluginTest {

  @TempDir private Path kubelet;

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());

  @AfterEach
  void stop() {
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private Path socket(String name) {
    return kubelet.resolve("plugins_registry").resolve(name);
  }

  private ManagedChannel channel(String name) {
    return NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(socket(name)))
        .channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class)
        .eventLoopGroup(group)
        .usePlaintext()
        .build();
  }

  private static AllocateRequest oneOf(String... ids) {
    return AllocateRequest.newBuilder()
        .addContainerRequests(ContainerAllocateRequest.newBuilder().addAllDevicesIds(List.of(ids)))
        .build();
  }

  @ParameterizedTest
  @EnumSource(HostDevice.class)
  void shouldOfferADeviceOfTheMachine(HostDevice device) throws Exception {
    try (DevicePlugin plugin = DevicePlugin.sharing(kubelet, device, group)) {
      ManagedChannel channel = channel(device.socket());
      PluginInfo info =
          RegistrationGrpc.newBlockingStub(channel).getInfo(InfoRequest.getDefaultInstance());
      assertThat(info.getType()).isEqualTo("DevicePlugin");
      assertThat(info.getName()).isEqualTo(device.resource());
      assertThat(info.getEndpoint()).isEqualTo(socket(device.socket()).toString());

      var stub = DevicePluginGrpc.newBlockingStub(channel);
      List<Device> devices = stub.listAndWatch(Empty.getDefaultInstance()).next().getDevicesList();
      assertThat(devices).hasSize(DevicePlugin.DEVICES);
      assertThat(devices).extracting(Device::getHealth).containsOnly("Healthy");
      assertThat(devices).extracting(Device::getId).doesNotHaveDuplicates();

      ContainerAllocateResponse granted = stub.allocate(oneOf("d0")).getContainerResponses(0);
      assertThat(granted.getDevicesList())
          .containsExactly(
              DeviceSpec.newBuilder()
                  .setContainerPath(device.path())
                  .setHostPath(device.path())
                  .setPermissions("rw")
                  .build());
      assertThat(granted.getMountsList()).isEmpty();
      channel.shutdownNow();
    }
    assertThat(socket(device.socket())).doesNotExist();
  }

  @Test
  void shouldMountAFreshFolderForEachLauncher() throws Exception {
    try (DevicePlugin plugin =
        DevicePlugin.launchers(
            kubelet, Path.of("/run/v")::resolve, Optional.of(Path.of("/run/c")), group)) {
      ManagedChannel channel = channel("vireo-launcher.sock");
      var stub = DevicePluginGrpc.newBlockingStub(channel);
      ContainerAllocateResponse granted = stub.allocate(oneOf("d7")).getContainerResponses(0);
      assertThat(granted.getDevicesList()).isEmpty();
      assertThat(granted.getMountsList())
          .allSatisfy(mount -> assertThat(mount.getReadOnly()).isTrue())
          .extracting(Mount::getHostPath, Mount::getContainerPath)
          .containsExactly(
              tuple("/run/v/d7", "/run/vireo"), tuple("/run/c", "/run/vireo-capabilities"));
      channel.shutdownNow();
    }
  }

  @Test
  void shouldRefuseSeveralDevicesForOneContainer() throws Exception {
    try (DevicePlugin plugin = DevicePlugin.sharing(kubelet, HostDevice.KVM, group)) {
      ManagedChannel channel = channel(HostDevice.KVM.socket());
      var stub = DevicePluginGrpc.newBlockingStub(channel);
      assertThatThrownBy(() -> stub.allocate(oneOf("d0", "d1")))
          .isInstanceOf(StatusRuntimeException.class)
          .hasMessageContaining("Expected one devices.kubevirt.io/kvm");
      channel.shutdownNow();
    }
  }
}
