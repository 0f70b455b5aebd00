package io.vireo.cli;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The stack's Kubernetes API, as its administrator. */
public final class Cluster {

  /** Where virtual machine instances are in the API. */
  public static final ResourceDefinitionContext VMI =
      kind("VirtualMachineInstance", "virtualmachineinstances");

  /** Where virtual machines are in the API. */
  public static final ResourceDefinitionContext VM = kind("VirtualMachine", "virtualmachines");

  private Cluster() {}

  private static ResourceDefinitionContext kind(String kind, String plural) {
    return new ResourceDefinitionContext.Builder()
        .withGroup("kubevirt.io")
        .withVersion("v1")
        .withKind(kind)
        .withPlural(plural)
        .withNamespaced(true)
        .build();
  }

  /** A client of its own connections; close it. */
  public static KubernetesClient connect(Path kubeconfig) {
    return new KubernetesClientBuilder()
        .withConfig(Config.fromKubeconfig(kubeconfig.toFile()))
        .build();
  }

  /** A text in the object's status; empty when it is not there. */
  public static String status(GenericKubernetesResource vmi, String field) {
    Object status = vmi.getAdditionalProperties().get("status");
    Object value = status instanceof Map<?, ?> map ? map.get(field) : null;
    return value == null ? "" : value.toString();
  }

  /** The object's uid. */
  public static String uid(@Nullable GenericKubernetesResource vmi) {
    if (vmi == null || vmi.getMetadata().getUid() == null) {
      throw new IllegalStateException("Expected an object that the API server has taken");
    }
    return vmi.getMetadata().getUid();
  }
}
