package io.vireo.dev.kubelet;

import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;

/** What the nodes' CoreDNS may see of the cluster: the kinds that names are made of. */
public final class ClusterDns {

  /** Who it is for the API server. */
  static final String USER = "vireo-dev:coredns";

  private static final String NAME = "vireo-dev:coredns";

  private ClusterDns() {}

  /** Grants it; again is the same. */
  public static void grant(KubernetesClient client) {
    ClusterRole role =
        new ClusterRoleBuilder()
            .withNewMetadata()
            .withName(NAME)
            .endMetadata()
            .addNewRule()
            .withApiGroups("")
            .withResources("services", "namespaces")
            .withVerbs("list", "watch")
            .endRule()
            .addNewRule()
            .withApiGroups("discovery.k8s.io")
            .withResources("endpointslices")
            .withVerbs("list", "watch")
            .endRule()
            .build();
    ClusterRoleBinding binding =
        new ClusterRoleBindingBuilder()
            .withNewMetadata()
            .withName(NAME)
            .endMetadata()
            .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", NAME)
            .addNewSubject("rbac.authorization.k8s.io", "User", USER, null)
            .build();
    client.resource(role).serverSideApply();
    client.resource(binding).serverSideApply();
  }
}
