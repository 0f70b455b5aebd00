package io.vireo.node.kubelet;

import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.vireo.kubelet.deviceplugin.AllocateRequest;
import io.vireo.kubelet.deviceplugin.AllocateResponse;
import io.vireo.kubelet.deviceplugin.ContainerAllocateRequest;
import io.vireo.kubelet.deviceplugin.ContainerAllocateResponse;
import io.vireo.kubelet.deviceplugin.Device;
import io.vireo.kubelet.deviceplugin.DevicePluginGrpc;
import io.vireo.kubelet.deviceplugin.DevicePluginOptions;
import io.vireo.kubelet.deviceplugin.DeviceSpec;
import io.vireo.kubelet.deviceplugin.Empty;
import io.vireo.kubelet.deviceplugin.ListAndWatchResponse;
import io.vireo.kubelet.deviceplugin.Mount;
import io.vireo.kubelet.deviceplugin.PreStartContainerRequest;
import io.vireo.kubelet.deviceplugin.PreStartContainerResponse;
import io.vireo.kubelet.deviceplugin.PreferredAllocationRequest;
import io.vireo.kubelet.deviceplugin.PreferredAllocationResponse;
import io.vireo.kubelet.registration.InfoRequest;
import io.vireo.kubelet.registration.PluginInfo;
import io.vireo.kubelet.registration.RegistrationGrpc;
import io.vireo.kubelet.registration.RegistrationStatus;
import io.vireo.kubelet.registration.RegistrationStatusResponse;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Offers one kind of device to the kubelet: {@code devices.vireo.io/launcher}, a folder for each
 * launcher pod of the node, or a {@link HostDevice}. It is found by the kubelet in its plugins
 * folder, so a restart of either needs nothing more.
 *
 * <p>Which devices the machine has is looked up when the executor starts. One that appears later is
 * offered after its next start. One that disappears is still offered: the kubelet then fails to
 * create the containers that ask for it, and says why in the pod's status.
 */
public final class DevicePlugin implements AutoCloseable {

  /** The resource that every launcher pod asks for. */
  public static final String LAUNCHER = "devices.vireo.io/launcher";

  /** As many pods as a kubelet runs by default. */
  static final int DEVICES = 110;

  private static final Logger log = LoggerFactory.getLogger(DevicePlugin.class);
  private static final String CONTAINER_PATH = "/run/vireo";
  private static final String CAPABILITIES_PATH = "/run/vireo-capabilities";
  private static final String VERSION = "v1beta1";

  private final Server server;
  private final Path socket;

  private DevicePlugin(Server server, Path socket) {
    this.server = server;
    this.socket = socket;
  }

  /** Makes a fresh folder for a device. */
  @FunctionalInterface
  public interface Folders {
    Path allocate(String deviceId) throws IOException;
  }

  /** What a container gets with a device. */
  private interface Grant {
    ContainerAllocateResponse of(String deviceId) throws IOException;
  }

  /**
   * Offers launcher folders.
   *
   * @param capabilities what libvirt keeps of its questions to QEMU, for every launcher to read
   */
  public static DevicePlugin launchers(
      Path kubeletDir, Folders folders, Optional<Path> capabilities, EventLoopGroup group)
      throws IOException {
    return start(
        kubeletDir,
        "vireo-launcher.sock",
        LAUNCHER,
        deviceId -> {
          ContainerAllocateResponse.Builder granted =
              ContainerAllocateResponse.newBuilder()
                  .addMounts(mount(folders.allocate(deviceId), CONTAINER_PATH));
          capabilities.ifPresent(folder -> granted.addMounts(mount(folder, CAPABILITIES_PATH)));
          return granted.build();
        },
        group);
  }

  private static Mount mount(Path folder, String containerPath) {
    return Mount.newBuilder()
        .setContainerPath(containerPath)
        .setHostPath(folder.toString())
        .setReadOnly(true)
        .build();
  }

  /** Offers a device of the machine. */
  public static DevicePlugin sharing(Path kubeletDir, HostDevice device, EventLoopGroup group)
      throws IOException {
    ContainerAllocateResponse granted =
        ContainerAllocateResponse.newBuilder()
            .addDevices(
                DeviceSpec.newBuilder()
                    .setContainerPath(device.path())
                    .setHostPath(device.path())
                    .setPermissions("rw"))
            .build();
    return start(kubeletDir, device.socket(), device.resource(), deviceId -> granted, group);
  }

  private static DevicePlugin start(
      Path kubeletDir, String name, String resource, Grant grant, EventLoopGroup group)
      throws IOException {
    Path plugins = Files.createDirectories(kubeletDir.resolve("plugins_registry"));
    Path socket = plugins.resolve(name);
    Files.deleteIfExists(socket);
    Server server =
        NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(socket))
            .channelType(NioServerDomainSocketChannel.class)
            .bossEventLoopGroup(group)
            .workerEventLoopGroup(group)
            .addService(new Plugin(resource, grant))
            .addService(new Registration(resource, socket))
            .build()
            .start();
    return new DevicePlugin(server, socket);
  }

  @Override
  public void close() {
    server.shutdownNow();
    try {
      server.awaitTermination(1, TimeUnit.SECONDS);
      Files.deleteIfExists(socket);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      log.atDebug().setCause(e).log("The plugin's socket stays");
    }
  }

  private static final class Registration extends RegistrationGrpc.RegistrationImplBase {
    private final String resource;
    private final Path socket;

    Registration(String resource, Path socket) {
      this.resource = resource;
      this.socket = socket;
    }

    @Override
    public void getInfo(InfoRequest request, StreamObserver<PluginInfo> answer) {
      answer.onNext(
          PluginInfo.newBuilder()
              .setType("DevicePlugin")
              .setName(resource)
              .setEndpoint(socket.toString())
              .addSupportedVersions(VERSION)
              .build());
      answer.onCompleted();
    }

    @Override
    public void notifyRegistrationStatus(
        RegistrationStatus status, StreamObserver<RegistrationStatusResponse> answer) {
      if (status.getPluginRegistered()) {
        log.atInfo().addKeyValue("resource", resource).log("The kubelet took the device plugin");
      } else {
        log.atError()
            .addKeyValue("resource", resource)
            .addKeyValue("error", status.getError())
            .log("The kubelet refused the device plugin");
      }
      answer.onNext(RegistrationStatusResponse.getDefaultInstance());
      answer.onCompleted();
    }
  }

  private static final class Plugin extends DevicePluginGrpc.DevicePluginImplBase {
    private final String resource;
    private final Grant grant;

    Plugin(String resource, Grant grant) {
      this.resource = resource;
      this.grant = grant;
    }

    @Override
    public void getDevicePluginOptions(Empty request, StreamObserver<DevicePluginOptions> answer) {
      answer.onNext(DevicePluginOptions.getDefaultInstance());
      answer.onCompleted();
    }

    @Override
    public void listAndWatch(Empty request, StreamObserver<ListAndWatchResponse> answer) {
      ListAndWatchResponse.Builder devices = ListAndWatchResponse.newBuilder();
      for (int i = 0; i < DEVICES; i++) {
        devices.addDevices(Device.newBuilder().setId("d" + i).setHealth("Healthy"));
      }
      // Sent once and left open: the devices never change.
      answer.onNext(devices.build());
    }

    @Override
    public void allocate(AllocateRequest request, StreamObserver<AllocateResponse> answer) {
      AllocateResponse.Builder response = AllocateResponse.newBuilder();
      try {
        for (ContainerAllocateRequest container : request.getContainerRequestsList()) {
          if (container.getDevicesIdsCount() != 1) {
            answer.onError(
                Status.INVALID_ARGUMENT
                    .withDescription("Expected one " + resource + " for a container")
                    .asRuntimeException());
            return;
          }
          response.addContainerResponses(grant.of(container.getDevicesIds(0)));
        }
      } catch (IOException e) {
        log.atError().setCause(e).log("No folder could be made for a launcher");
        answer.onError(
            Status.INTERNAL.withDescription("No folder could be made").asRuntimeException());
        return;
      }
      answer.onNext(response.build());
      answer.onCompleted();
    }

    @Override
    public void getPreferredAllocation(
        PreferredAllocationRequest request, StreamObserver<PreferredAllocationResponse> answer) {
      answer.onNext(PreferredAllocationResponse.getDefaultInstance());
      answer.onCompleted();
    }

    @Override
    public void preStartContainer(
        PreStartContainerRequest request, StreamObserver<PreStartContainerResponse> answer) {
      answer.onNext(PreStartContainerResponse.getDefaultInstance());
      answer.onCompleted();
    }
  }
}
