package io.vireo.dev.nodeagent;

import io.fabric8.kubernetes.api.model.Pod;
import io.vireo.kubelet.deviceplugin.AllocateResponse;
import io.vireo.kubelet.deviceplugin.ContainerAllocateResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Which devices there are and who holds them. Thread-safe. */
final class Devices {

  /** Asks a plugin for devices. */
  @FunctionalInterface
  interface Allocator {

    AllocateResponse allocate(List<String> devices);
  }

  /**
   * How many of a resource there are.
   *
   * @param capacity of all devices
   * @param allocatable of the healthy ones
   */
  record Count(int capacity, int allocatable) {}

  /**
   * What a pod holds.
   *
   * @param containers names of all its containers
   */
  record Holder(
      String namespace, String name, List<String> containers, List<Allocation> allocations) {

    Holder {
      containers = List.copyOf(containers);
      allocations = List.copyOf(allocations);
    }
  }

  private static final class Resource {
    private Map<String, Boolean> healthById = Map.of();
    private boolean connected;
    private Allocator allocator =
        devices -> {
          throw new IllegalStateException("Expected a plugin, but there is none");
        };
  }

  private final Map<String, Resource> resources = new TreeMap<>();
  private final Map<String, Holder> holders = new LinkedHashMap<>();

  // Ids that were picked and whose plugin is being asked.
  private final Map<String, Set<String>> reserved = new HashMap<>();

  /** A plugin says which devices it has, and whether each is healthy. */
  synchronized void offer(String name, Map<String, Boolean> healthById, Allocator allocator) {
    Resource resource = resources.computeIfAbsent(name, n -> new Resource());
    resource.healthById = Map.copyOf(healthById);
    resource.allocator = allocator;
    resource.connected = true;
  }

  /** A plugin does not answer any more; what it gave out stays given out. */
  synchronized void withdraw(String name, Allocator allocator) {
    Resource resource = resources.get(name);
    if (resource != null && resource.allocator == allocator) {
      resource.connected = false;
    }
  }

  /** All resources that were ever offered. */
  synchronized Map<String, Count> counts() {
    Map<String, Count> counts = new TreeMap<>();
    resources.forEach(
        (name, resource) -> {
          int healthy =
              (int) resource.healthById.values().stream().filter(Boolean::booleanValue).count();
          counts.put(name, new Count(resource.healthById.size(), resource.connected ? healthy : 0));
        });
    return counts;
  }

  /** Ids of all healthy devices by resource. */
  synchronized Map<String, List<String>> healthy() {
    Map<String, List<String>> ids = new TreeMap<>();
    resources.forEach((name, resource) -> ids.put(name, healthy(resource)));
    return ids;
  }

  private static List<String> healthy(Resource resource) {
    if (!resource.connected) {
      return List.of();
    }
    return resource.healthById.entrySet().stream()
        .filter(Map.Entry::getValue)
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  /**
   * Takes free devices for a container and asks their plugin. From its answer on the pod holds
   * them.
   *
   * @throws PodProblem a lasting one, as a real kubelet's: the pod fails
   */
  Allocation allocate(Pod pod, String container, String name, int number) throws PodProblem {
    List<String> picked;
    Allocator allocator;
    synchronized (this) {
      picked = pick(name, number);
      allocator = resources.getOrDefault(name, new Resource()).allocator;
      reserved.computeIfAbsent(name, n -> new HashSet<>()).addAll(picked);
    }
    try {
      ContainerAllocateResponse response = allocator.allocate(picked).getContainerResponses(0);
      Allocation allocation = Allocation.of(container, name, picked, response);
      synchronized (this) {
        hold(pod, List.of(allocation));
      }
      return allocation;
    } catch (RuntimeException e) {
      throw PodProblem.lasting(
          "Allocate failed due to rpc error: " + e.getMessage() + ", which is unexpected");
    } finally {
      synchronized (this) {
        reserved.getOrDefault(name, new HashSet<>()).removeAll(picked);
      }
    }
  }

  private List<String> pick(String name, int number) throws PodProblem {
    Resource resource = resources.get(name);
    if (resource == null) {
      throw PodProblem.lasting(
          "Allocate failed due to no devices of %s on this node, which is unexpected"
              .formatted(name));
    }
    List<String> healthy = healthy(resource);
    if (healthy.isEmpty()) {
      throw PodProblem.lasting(
          "Allocate failed due to no healthy devices present; cannot allocate unhealthy devices %s,"
                  .formatted(name)
              + " which is unexpected");
    }
    Set<String> taken = new HashSet<>(reserved.getOrDefault(name, Set.of()));
    holders.values().stream()
        .flatMap(holder -> holder.allocations().stream())
        .filter(allocation -> allocation.resource().equals(name))
        .forEach(allocation -> taken.addAll(allocation.devices()));
    List<String> free = healthy.stream().filter(id -> !taken.contains(id)).toList();
    if (free.size() < number) {
      throw PodProblem.lasting(
          ("Allocate failed due to requested number of devices unavailable for %s. Requested: %d,"
                  + " Available: %d, which is unexpected")
              .formatted(name, number, free.size()));
    }
    return free.subList(0, number);
  }

  /** Notes what a pod held before the agent was started. */
  synchronized void restore(PodRecord podRecord) {
    hold(podRecord.pod, podRecord.allocations);
  }

  private void hold(Pod pod, List<Allocation> more) {
    String uid = pod.getMetadata().getUid();
    Holder before = holders.get(uid);
    List<Allocation> all = new ArrayList<>(before == null ? List.of() : before.allocations());
    all.addAll(more);
    holders.put(
        uid,
        new Holder(
            pod.getMetadata().getNamespace(),
            pod.getMetadata().getName(),
            Admission.allContainers(pod.getSpec()).stream().map(c -> c.getName()).toList(),
            all));
  }

  /** The pod's processes are gone. */
  synchronized void free(String uid) {
    holders.remove(uid);
  }

  synchronized List<Holder> holders() {
    return List.copyOf(holders.values());
  }
}
