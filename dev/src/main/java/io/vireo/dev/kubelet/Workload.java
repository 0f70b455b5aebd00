package io.vireo.dev.kubelet;

import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something of Vireo that keeps a number of pods.
 *
 * @param kind such as {@code Deployment}
 * @param wanted how many pods it is to have
 * @param ready how many of them serve
 * @param current whether both numbers are about what it was told last
 */
public record Workload(String kind, String name, long wanted, long ready, boolean current) {

  /** All of them on a cluster. */
  public static List<Workload> list(KubernetesClient client) {
    List<Workload> all = new ArrayList<>();
    var apps = client.apps();
    apps.deployments().inNamespace(VireoPods.NAMESPACE).list().getItems().stream()
        .map(Workload::of)
        .forEach(all::add);
    apps.statefulSets().inNamespace(VireoPods.NAMESPACE).list().getItems().stream()
        .map(Workload::of)
        .forEach(all::add);
    apps.daemonSets().inNamespace(VireoPods.NAMESPACE).list().getItems().stream()
        .map(Workload::of)
        .forEach(all::add);
    return all;
  }

  static Workload of(Deployment deployment) {
    var status = deployment.getStatus();
    return new Workload(
        "Deployment",
        deployment.getMetadata().getName(),
        count(deployment.getSpec().getReplicas()),
        status == null ? 0 : count(status.getReadyReplicas()),
        status != null
            && isCurrent(deployment.getMetadata().getGeneration(), status.getObservedGeneration()));
  }

  static Workload of(StatefulSet set) {
    var status = set.getStatus();
    return new Workload(
        "StatefulSet",
        set.getMetadata().getName(),
        count(set.getSpec().getReplicas()),
        status == null ? 0 : count(status.getReadyReplicas()),
        status != null
            && isCurrent(set.getMetadata().getGeneration(), status.getObservedGeneration()));
  }

  /** A stack's nodes are all for Vireo: one that wants no pod has not been counted yet. */
  static Workload of(DaemonSet set) {
    var status = set.getStatus();
    long wanted = status == null ? 0 : count(status.getDesiredNumberScheduled());
    return new Workload(
        "DaemonSet",
        set.getMetadata().getName(),
        Math.max(1, wanted),
        status == null ? 0 : count(status.getNumberReady()),
        status != null
            && isCurrent(set.getMetadata().getGeneration(), status.getObservedGeneration()));
  }

  private static boolean isCurrent(@Nullable Long told, @Nullable Long observed) {
    return count(observed) >= count(told);
  }

  private static long count(@Nullable Number number) {
    return number == null ? 0 : number.longValue();
  }

  /** Whether it has all the pods that it is to have. */
  public boolean isReady() {
    return current && ready >= wanted;
  }

  /** For people. */
  public String describe() {
    return "%s %s has %d of %d pods ready".formatted(kind, name, ready, wanted);
  }
}
