package io.vireo.dev.nodeagent;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.vireo.kubelet.podresources.AllocatableResourcesRequest;
import io.vireo.kubelet.podresources.AllocatableResourcesResponse;
import io.vireo.kubelet.podresources.ContainerDevices;
import io.vireo.kubelet.podresources.ContainerResources;
import io.vireo.kubelet.podresources.GetPodResourcesRequest;
import io.vireo.kubelet.podresources.GetPodResourcesResponse;
import io.vireo.kubelet.podresources.ListPodResourcesRequest;
import io.vireo.kubelet.podresources.ListPodResourcesResponse;
import io.vireo.kubelet.podresources.PodResources;
import io.vireo.kubelet.podresources.PodResourcesListerGrpc;

/** Tells which container holds which devices, from the moment their plugin gave them out. */
final class PodResourcesServer extends PodResourcesListerGrpc.PodResourcesListerImplBase {

  private final Devices devices;

  PodResourcesServer(Devices devices) {
    this.devices = devices;
  }

  @Override
  public void list(
      ListPodResourcesRequest request, StreamObserver<ListPodResourcesResponse> observer) {
    ListPodResourcesResponse.Builder response = ListPodResourcesResponse.newBuilder();
    devices.holders().forEach(holder -> response.addPodResources(resources(holder)));
    observer.onNext(response.build());
    observer.onCompleted();
  }

  @Override
  public void get(
      GetPodResourcesRequest request, StreamObserver<GetPodResourcesResponse> observer) {
    devices.holders().stream()
        .filter(
            holder ->
                holder.name().equals(request.getPodName())
                    && holder.namespace().equals(request.getPodNamespace()))
        .findFirst()
        .ifPresentOrElse(
            holder -> {
              observer.onNext(
                  GetPodResourcesResponse.newBuilder().setPodResources(resources(holder)).build());
              observer.onCompleted();
            },
            () ->
                observer.onError(
                    Status.NOT_FOUND
                        .withDescription(
                            "pod %s in namespace %s not found"
                                .formatted(request.getPodName(), request.getPodNamespace()))
                        .asRuntimeException()));
  }

  @Override
  public void getAllocatableResources(
      AllocatableResourcesRequest request, StreamObserver<AllocatableResourcesResponse> observer) {
    AllocatableResourcesResponse.Builder response = AllocatableResourcesResponse.newBuilder();
    devices
        .healthy()
        .forEach(
            (resource, ids) ->
                response.addDevices(
                    ContainerDevices.newBuilder().setResourceName(resource).addAllDeviceIds(ids)));
    observer.onNext(response.build());
    observer.onCompleted();
  }

  private static PodResources resources(Devices.Holder holder) {
    PodResources.Builder pod =
        PodResources.newBuilder().setName(holder.name()).setNamespace(holder.namespace());
    for (String name : holder.containers()) {
      ContainerResources.Builder container = ContainerResources.newBuilder().setName(name);
      holder.allocations().stream()
          .filter(allocation -> allocation.container().equals(name))
          .forEach(
              allocation ->
                  container.addDevices(
                      ContainerDevices.newBuilder()
                          .setResourceName(allocation.resource())
                          .addAllDeviceIds(allocation.devices())));
      pod.addContainers(container);
    }
    return pod.build();
  }
}
