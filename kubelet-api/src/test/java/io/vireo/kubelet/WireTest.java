package io.vireo.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.vireo.kubelet.deviceplugin.ContainerAllocateResponse;
import io.vireo.kubelet.deviceplugin.Device;
import io.vireo.kubelet.deviceplugin.DevicePluginGrpc;
import io.vireo.kubelet.deviceplugin.DeviceSpec;
import io.vireo.kubelet.deviceplugin.Mount;
import io.vireo.kubelet.podresources.ContainerDevices;
import io.vireo.kubelet.podresources.ContainerResources;
import io.vireo.kubelet.podresources.PodResources;
import io.vireo.kubelet.podresources.PodResourcesListerGrpc;
import io.vireo.kubelet.registration.InfoRequest;
import io.vireo.kubelet.registration.PluginInfo;
import io.vireo.kubelet.registration.RegistrationGrpc;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The messages as bytes, and the services' names as the kubelet calls them. */
class WireTest {

  @Test
  void shouldNameServicesAsTheKubeletDoes() {
    assertThat(DevicePluginGrpc.getAllocateMethod().getFullMethodName())
        .isEqualTo("v1beta1.DevicePlugin/Allocate");
    assertThat(DevicePluginGrpc.getListAndWatchMethod().getFullMethodName())
        .isEqualTo("v1beta1.DevicePlugin/ListAndWatch");
    assertThat(
            io.vireo.kubelet.deviceplugin.RegistrationGrpc.getRegisterMethod().getFullMethodName())
        .isEqualTo("v1beta1.Registration/Register");
    assertThat(RegistrationGrpc.getGetInfoMethod().getFullMethodName())
        .isEqualTo("pluginregistration.Registration/GetInfo");
    assertThat(PodResourcesListerGrpc.getListMethod().getFullMethodName())
        .isEqualTo("v1.PodResourcesLister/List");
    assertThat(PodResourcesListerGrpc.getGetMethod().getFullMethodName())
        .isEqualTo("v1.PodResourcesLister/Get");
  }

  @Test
  void shouldEncodeAsTheKubeletReads() {
    assertThat(Device.newBuilder().setId("d0").setHealth("Healthy").build().toByteArray())
        .isEqualTo(bytes("\n\2d0\22\7Healthy"));
    assertThat(
            ContainerAllocateResponse.newBuilder()
                .putEnvs("K", "V")
                .addMounts(
                    Mount.newBuilder().setContainerPath("/c").setHostPath("/h").setReadOnly(true))
                .addDevices(
                    DeviceSpec.newBuilder()
                        .setContainerPath("/d")
                        .setHostPath("/e")
                        .setPermissions("rw"))
                .build()
                .toByteArray())
        .isEqualTo(
            bytes("\n\6\n\1K\22\1V" + "\22\12\n\2/c\22\2/h\30\1" + "\32\14\n\2/d\22\2/e\32\2rw"));
    assertThat(
            PodResources.newBuilder()
                .setName("p")
                .setNamespace("n")
                .addContainers(
                    ContainerResources.newBuilder()
                        .setName("c")
                        .addDevices(
                            ContainerDevices.newBuilder().setResourceName("r").addDeviceIds("d")))
                .build()
                .toByteArray())
        .isEqualTo(bytes("\n\1p\22\1n\32\13\n\1c\22\6\n\1r\22\1d"));
    assertThat(
            PluginInfo.newBuilder()
                .setType("DevicePlugin")
                .setName("r")
                .setEndpoint("/s")
                .addSupportedVersions("v1beta1")
                .build()
                .toByteArray())
        .isEqualTo(bytes("\n\14DevicePlugin\22\1r\32\2/s\"\7v1beta1"));
  }

  @Test
  void shouldAnswerOverAUnixSocket(@TempDir Path folder) throws Exception {
    var address = UnixDomainSocketAddress.of(folder.resolve("s"));
    var group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    Server server =
        NettyServerBuilder.forAddress(address)
            .channelType(NioServerDomainSocketChannel.class)
            .bossEventLoopGroup(group)
            .workerEventLoopGroup(group)
            .addService(new Plugin())
            .build()
            .start();
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(address)
            .channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class)
            .eventLoopGroup(group)
            .usePlaintext()
            .build();
    try {
      PluginInfo info =
          RegistrationGrpc.newBlockingStub(channel)
              .withDeadlineAfter(10, TimeUnit.SECONDS)
              .getInfo(InfoRequest.getDefaultInstance());

      assertThat(info.getName()).isEqualTo("example.org/thing");
    } finally {
      channel.shutdownNow();
      server.shutdownNow().awaitTermination();
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
  }

  private static byte[] bytes(String latin1) {
    return ByteString.copyFrom(latin1, java.nio.charset.StandardCharsets.ISO_8859_1).toByteArray();
  }

  private static final class Plugin extends RegistrationGrpc.RegistrationImplBase {
    @Override
    public void getInfo(InfoRequest request, StreamObserver<PluginInfo> answer) {
      answer.onNext(PluginInfo.newBuilder().setName("example.org/thing").build());
      answer.onCompleted();
    }
  }
}
