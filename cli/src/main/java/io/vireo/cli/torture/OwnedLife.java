package io.vireo.cli.torture;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.vireo.cli.Cluster;
import java.net.HttpURLConnection;
import java.time.Duration;

/** A VirtualMachine, and the VMI of its name that is made for it. */
final class OwnedLife {

  private static final Duration APPLY_MAX = Duration.ofMinutes(1);

  private final KubernetesClient client;
  private final Life vmi;
  private String uid = "";

  OwnedLife(KubernetesClient client, Life vmi) {
    this.client = client;
    this.vmi = vmi;
  }

  /** Applies it and waits until its VMI is there. */
  void apply(String vmiYaml) throws Broken, InterruptedException {
    String spec = vmiYaml.substring(vmiYaml.indexOf("spec:")).indent(4);
    String yaml =
        """
        apiVersion: kubevirt.io/v1
        kind: VirtualMachine
        metadata:
          name: %s
        spec:
          runStrategy: Always
          template:
        """
                .formatted(vmi.name())
            + spec;
    Patience.await(
        "the API server to take the VirtualMachine " + vmi.name(),
        APPLY_MAX,
        () -> {
          try {
            uid = client.resource(yaml).inNamespace(Life.NAMESPACE).create().getMetadata().getUid();
          } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
              throw e;
            }
            uid = Cluster.uid(object().get());
          }
          return !uid.isEmpty();
        },
        this::describe);
    vmi.awaitOwnedBy(uid);
  }

  /** Deletes it, which deletes its VMI. */
  void delete() throws Broken, InterruptedException {
    Patience.await(
        "the API server to delete the VirtualMachine " + vmi.name(),
        APPLY_MAX,
        () -> {
          object().delete();
          return true;
        },
        this::describe);
  }

  /** Waits until there is nothing of it and of its VMI. */
  void awaitGone() throws Broken, InterruptedException {
    vmi.awaitGone();
    Patience.await(
        "the VirtualMachine " + vmi.name() + " to be gone",
        Life.STEP_MAX,
        () -> object().get() == null,
        this::describe);
  }

  private Resource<GenericKubernetesResource> object() {
    return client
        .genericKubernetesResources(Cluster.VM)
        .inNamespace(Life.NAMESPACE)
        .withName(vmi.name());
  }

  private String describe() {
    GenericKubernetesResource object = object().get();
    return object == null
        ? "no such VirtualMachine; " + vmi.describe()
        : "status '%s', finalizers %s; %s"
            .formatted(
                Cluster.status(object, "printableStatus"),
                object.getMetadata().getFinalizers(),
                vmi.describe());
  }
}
