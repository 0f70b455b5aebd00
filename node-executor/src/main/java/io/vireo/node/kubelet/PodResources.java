package io.vireo.node.kubelet;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.vireo.kubelet.podresources.ContainerDevices;
import io.vireo.kubelet.podresources.ContainerResources;
import io.vireo.kubelet.podresources.ListPodResourcesRequest;
import io.vireo.kubelet.podresources.ListPodResourcesResponse;
import io.vireo.kubelet.podresources.PodResourcesListerGrpc;
import io.vireo.node.launcher.PodName;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the kubelet which pod has a device. */
public final class PodResources implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(PodResources.class);

  /** For up to 0.6 s after its own start a kubelet answers without the pod. */
  private static final int ATTEMPTS = 10;

  private static final long PAUSE_MS = 100;
  private static final long TIMEOUT_SECONDS = 5;

  private final ManagedChannel channel;

  /** A client of this kubelet. */
  public PodResources(Path kubeletDir, EventLoopGroup group) {
    this.channel =
        NettyChannelBuilder.forAddress(
                UnixDomainSocketAddress.of(kubeletDir.resolve("pod-resources/kubelet.sock")))
            .channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class)
            .eventLoopGroup(group)
            .usePlaintext()
            .build();
  }

  /** The pod that a device of this resource was given to. */
  public Optional<PodName> podOf(String resource, String deviceId) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Optional<PodName> pod = look(resource, deviceId);
      if (pod.isPresent()) {
        return pod;
      }
      try {
        Thread.sleep(PAUSE_MS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  private Optional<PodName> look(String resource, String deviceId) {
    try {
      for (var pod : list().getPodResourcesList()) {
        for (ContainerResources container : pod.getContainersList()) {
          for (ContainerDevices devices : container.getDevicesList()) {
            if (devices.getResourceName().equals(resource)
                && devices.getDeviceIdsList().contains(deviceId)) {
              return Optional.of(new PodName(pod.getNamespace(), pod.getName()));
            }
          }
        }
      }
    } catch (StatusRuntimeException e) {
      log.atWarn().addKeyValue("status", e.getStatus()).log("The kubelet did not answer");
    }
    return Optional.empty();
  }

  /** All pods that hold a device of this resource; empty if the kubelet does not answer. */
  public Optional<Set<PodName>> podsWith(String resource) {
    try {
      Set<PodName> pods = new HashSet<>();
      for (var pod : list().getPodResourcesList()) {
        boolean holds =
            pod.getContainersList().stream()
                .flatMap(container -> container.getDevicesList().stream())
                .anyMatch(devices -> devices.getResourceName().equals(resource));
        if (holds) {
          pods.add(new PodName(pod.getNamespace(), pod.getName()));
        }
      }
      return Optional.of(pods);
    } catch (StatusRuntimeException e) {
      log.atWarn().addKeyValue("status", e.getStatus()).log("The kubelet did not answer");
      return Optional.empty();
    }
  }

  private ListPodResourcesResponse list() {
    return PodResourcesListerGrpc.newBlockingStub(channel)
        .withDeadlineAfter(TIMEOUT_SECONDS, TimeUnit.SECONDS)
        .list(ListPodResourcesRequest.getDefaultInstance());
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
