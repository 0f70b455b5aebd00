package io.vireo.dev.controlplane;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * Applies of the manifests that ship in {@code k8s/} what a part counts on that runs as a process:
 * namespace, kinds and rights.
 */
final class Manifests {

  /** Label of all that ships. */
  static final String PART_OF = "app.kubernetes.io/part-of";

  /** Its value. */
  static final String VIREO = "vireo";

  private static final List<String> FILES =
      List.of(
          "k8s/base/cluster/namespace.yaml",
          "k8s/base/cluster/crds/kubevirts.yaml",
          "k8s/base/cluster/crds/virtualmachineinstancemigrations.yaml",
          "k8s/base/cluster/crds/virtualmachineinstancepresets.yaml",
          "k8s/base/cluster/crds/virtualmachineinstancereplicasets.yaml",
          "k8s/base/cluster/crds/virtualmachineinstances.yaml",
          "k8s/base/cluster/crds/virtualmachines.yaml",
          "k8s/base/cluster/kinds-not-supported.yaml",
          "k8s/base/cluster/rbac.yaml",
          "k8s/base/cluster/api-certificate.yaml");
  private static final String FIELD_MANAGER = "vireo-dev";

  private Manifests() {}

  static void apply(KubernetesClient client) throws IOException {
    for (String file : FILES) {
      apply(client, read(client, file));
    }
  }

  static void apply(KubernetesClient client, List<HasMetadata> items) {
    client.resourceList(items).fieldManager(FIELD_MANAGER).forceConflicts().serverSideApply();
  }

  static List<HasMetadata> read(KubernetesClient client, String file) throws IOException {
    try (InputStream in = Manifests.class.getClassLoader().getResourceAsStream(file)) {
      if (in == null) {
        throw new IOException("Expected " + file + " on the class path, but it is not");
      }
      return client.load(in).items();
    }
  }
}
