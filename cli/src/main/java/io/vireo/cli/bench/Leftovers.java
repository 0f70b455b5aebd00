package io.vireo.cli.bench;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.time.Duration;
import java.util.function.Consumer;

/** What a benchmark made and has not removed itself. */
public final class Leftovers {

  /** Of them Ctrl-C waits for all that is cleaned up. */
  private static final Duration GONE_MAX = Duration.ofSeconds(10);

  private static final long LOOK_MS = 100;

  private Leftovers() {}

  /**
   * Asks for their end and waits a while for it: who ends them may be the next to go.
   *
   * @param note told when some may be left
   */
  public static void remove(
      KubernetesClient client,
      ResourceDefinitionContext kind,
      String namespace,
      String label,
      Consumer<String> note) {
    FilterWatchListDeletable<
            GenericKubernetesResource,
            GenericKubernetesResourceList,
            Resource<GenericKubernetesResource>>
        all = client.genericKubernetesResources(kind).inNamespace(namespace).withLabel(label);
    try {
      all.delete();
      long deadline = System.nanoTime() + GONE_MAX.toNanos();
      while (!all.list().getItems().isEmpty()) {
        if (System.nanoTime() > deadline) {
          note.accept(left(kind, label));
          return;
        }
        Thread.sleep(LOOK_MS);
      }
    } catch (KubernetesClientException e) {
      note.accept(left(kind, label) + ": " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      note.accept(left(kind, label));
    }
  }

  private static String left(ResourceDefinitionContext kind, String label) {
    return "note    " + kind.getPlural() + " with label " + label + " may be left";
  }
}
