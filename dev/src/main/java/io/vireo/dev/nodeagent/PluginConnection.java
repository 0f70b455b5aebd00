package io.vireo.dev.nodeagent;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.vireo.kubelet.deviceplugin.AllocateRequest;
import io.vireo.kubelet.deviceplugin.AllocateResponse;
import io.vireo.kubelet.deviceplugin.ContainerAllocateRequest;
import io.vireo.kubelet.deviceplugin.Device;
import io.vireo.kubelet.deviceplugin.DevicePluginGrpc;
import io.vireo.kubelet.deviceplugin.Empty;
import io.vireo.kubelet.deviceplugin.ListAndWatchResponse;
import io.vireo.kubelet.registration.InfoRequest;
import io.vireo.kubelet.registration.PluginInfo;
import io.vireo.kubelet.registration.RegistrationGrpc;
import io.vireo.kubelet.registration.RegistrationStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stays connected to the plugin behind one socket until the socket's file is gone. */
final class PluginConnection implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PluginConnection.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Duration RETRY = Duration.ofMillis(200);
  private static final String VERSION = "v1beta1";

  private final Path socket;
  private final UnixSockets sockets;
  private final Devices devices;
  private final Runnable changed;
  private final Thread thread;
  private volatile boolean closed;
  private volatile @Nullable ManagedChannel current;

  PluginConnection(Path socket, UnixSockets sockets, Devices devices, Runnable changed) {
    this.socket = socket;
    this.sockets = sockets;
    this.devices = devices;
    this.changed = changed;
    this.thread = Thread.ofVirtual().name("plugin-" + socket.getFileName()).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    while (!closed) {
      try {
        session();
      } catch (StatusRuntimeException | IllegalStateException e) {
        LOG.atDebug().addKeyValue("socket", socket).setCause(e).log("Plugin does not answer");
      }
      try {
        Thread.sleep(RETRY);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void session() {
    PluginInfo info;
    Path endpoint;
    ManagedChannel channel = open(socket);
    try {
      var registration = RegistrationGrpc.newBlockingStub(channel);
      info =
          registration
              .withDeadlineAfter(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
              .getInfo(InfoRequest.getDefaultInstance());
      endpoint = info.getEndpoint().isEmpty() ? socket : Path.of(info.getEndpoint());
      boolean fits =
          info.getType().equals("DevicePlugin")
              && info.getSupportedVersionsList().contains(VERSION);
      RegistrationStatus.Builder status = RegistrationStatus.newBuilder().setPluginRegistered(fits);
      if (!fits) {
        status.setError("Expected type DevicePlugin and version " + VERSION);
      }
      registration
          .withDeadlineAfter(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
          .notifyRegistrationStatus(status.build());
      if (!fits) {
        throw new IllegalStateException("Expected a device plugin, but got " + info.getType());
      }
    } finally {
      channel.shutdownNow();
    }
    watch(info.getName(), endpoint);
  }

  private void watch(String resource, Path endpoint) {
    ManagedChannel channel = open(endpoint);
    Devices.Allocator allocator = ids -> allocate(channel, ids);
    try {
      Iterator<ListAndWatchResponse> lists =
          DevicePluginGrpc.newBlockingStub(channel)
              .withWaitForReady()
              .listAndWatch(Empty.getDefaultInstance());
      while (lists.hasNext()) {
        Map<String, Boolean> health =
            lists.next().getDevicesList().stream()
                .collect(
                    Collectors.toMap(
                        Device::getId, d -> d.getHealth().equals("Healthy"), (a, b) -> b));
        devices.offer(resource, health, allocator);
        LOG.atInfo()
            .addKeyValue("resource", resource)
            .addKeyValue("devices", health.size())
            .log("Devices listed");
        changed.run();
      }
    } finally {
      devices.withdraw(resource, allocator);
      channel.shutdownNow();
      LOG.atInfo().addKeyValue("resource", resource).log("Device plugin gone");
      changed.run();
    }
  }

  private static AllocateResponse allocate(ManagedChannel channel, List<String> ids) {
    AllocateRequest request =
        AllocateRequest.newBuilder()
            .addContainerRequests(ContainerAllocateRequest.newBuilder().addAllDevicesIds(ids))
            .build();
    return DevicePluginGrpc.newBlockingStub(channel)
        .withDeadlineAfter(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
        .allocate(request);
  }

  private ManagedChannel open(Path path) {
    ManagedChannel channel = sockets.connect(path);
    current = channel;
    if (closed) {
      channel.shutdownNow();
    }
    return channel;
  }

  @Override
  public void close() {
    closed = true;
    ManagedChannel channel = current;
    if (channel != null) {
      channel.shutdownNow();
    }
    thread.interrupt();
  }
}
