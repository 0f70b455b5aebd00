package io.vireo.ingest.kubernetes;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.vireo.ingest.core.Input;
import io.vireo.ingest.core.ListKind;
import io.vireo.ingest.core.OwnerReader;
import io.vireo.ingest.core.RawVmi;
import io.vireo.ingest.core.SecretHash;
import io.vireo.ingest.core.VmiReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The informers: VMIs and their owners, launcher pods, nodes, the claims that VMIs name, and mounts
 * that failed.
 */
public final class Watches implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Watches.class);
  private static final int RECONNECT_MS = 250;
  private static final ResourceDefinitionContext VMIS =
      kind("VirtualMachineInstance", "virtualmachineinstances");
  private static final ResourceDefinitionContext VMS = kind("VirtualMachine", "virtualmachines");
  private static final ResourceDefinitionContext REPLICA_SETS =
      kind("VirtualMachineInstanceReplicaSet", "virtualmachineinstancereplicasets");

  private final KubernetesClient client;
  private final List<SharedIndexInformer<?>> informers;

  private Watches(KubernetesClient client, List<SharedIndexInformer<?>> informers) {
    this.client = client;
    this.informers = informers;
  }

  private static ResourceDefinitionContext kind(String kind, String plural) {
    return new ResourceDefinitionContext.Builder()
        .withGroup("kubevirt.io")
        .withVersion("v1")
        .withKind(kind)
        .withPlural(plural)
        .withNamespaced(true)
        .build();
  }

  /**
   * Starts them and returns; what cannot be listed yet is tried again for ever.
   *
   * @param kubeconfig the file to use; empty for the account of the pod
   * @param handlers take the events; may block
   */
  public static Watches start(Optional<Path> kubeconfig, Handlers handlers) {
    Config found =
        kubeconfig
            .map(file -> Config.fromKubeconfig(file.toFile()))
            .orElseGet(() -> Config.autoConfigure(null));
    Config config =
        new ConfigBuilder(found)
            .withWatchReconnectInterval(RECONNECT_MS)
            .withUserAgent("vireo-ingest")
            .build();
    KubernetesClient client = new KubernetesClientBuilder().withConfig(config).build();
    SharedIndexInformer<GenericKubernetesResource> vmis =
        client.genericKubernetesResources(VMIS).inAnyNamespace().runnableInformer(0);
    SharedIndexInformer<GenericKubernetesResource> vms =
        client.genericKubernetesResources(VMS).inAnyNamespace().runnableInformer(0);
    SharedIndexInformer<GenericKubernetesResource> replicaSets =
        client.genericKubernetesResources(REPLICA_SETS).inAnyNamespace().runnableInformer(0);
    SharedIndexInformer<Pod> pods =
        client
            .pods()
            .inAnyNamespace()
            .withLabel("kubevirt.io", "virt-launcher")
            .runnableInformer(0);
    SharedIndexInformer<Node> nodes = client.nodes().runnableInformer(0);
    SharedIndexInformer<PersistentVolumeClaim> claims =
        client.persistentVolumeClaims().inAnyNamespace().runnableInformer(0);
    SharedIndexInformer<Event> mounts =
        client
            .v1()
            .events()
            .inAnyNamespace()
            .withField("involvedObject.kind", "Pod")
            .withField("reason", "FailedMount")
            .runnableInformer(0);
    watch(vmis, ListKind.VMI, handlers.vmis());
    watch(vms, ListKind.VM, handlers.vms());
    watch(replicaSets, ListKind.REPLICA_SET, handlers.replicaSets());
    watch(pods, ListKind.POD, handlers.pods());
    watch(nodes, ListKind.NODE, handlers.nodes());
    watch(claims, ListKind.CLAIM, handlers.claims());
    watch(mounts, "Event", handlers.mounts());
    return new Watches(client, List.of(vmis, vms, replicaSets, pods, nodes, claims, mounts));
  }

  /** What takes the events of the informers; each is called by one thread at a time. */
  public record Handlers(
      ResourceEventHandler<GenericKubernetesResource> vmis,
      ResourceEventHandler<GenericKubernetesResource> vms,
      ResourceEventHandler<GenericKubernetesResource> replicaSets,
      ResourceEventHandler<Pod> pods,
      ResourceEventHandler<Node> nodes,
      ResourceEventHandler<PersistentVolumeClaim> claims,
      ResourceEventHandler<Event> mounts) {}

  /**
   * How events of informers become inputs.
   *
   * @param hash stands in for secrets
   * @param sink takes the inputs, in order for each kind; may block
   */
  public static Handlers handlers(SecretHash hash, Consumer<Input> sink) {
    VmiReader reader = new VmiReader(hash);
    OwnerReader owners = new OwnerReader(hash);
    return new Handlers(
        new KindHandler<>(
            ListKind.VMI,
            new Translation<>(
                vmi -> vmiSeen(reader, KubernetesObjects.vmi(vmi)),
                vmi -> new Input.VmiGone(KubernetesObjects.ref(vmi))),
            sink),
        ownerHandler(ListKind.VM, owners, sink),
        ownerHandler(ListKind.REPLICA_SET, owners, sink),
        new KindHandler<>(
            ListKind.POD, new Translation<>(Watches::podSeen, Watches::podGone), sink),
        new KindHandler<>(
            ListKind.NODE, new Translation<>(Watches::nodeSeen, Watches::nodeGone), sink),
        new KindHandler<>(
            ListKind.CLAIM,
            new Translation<>(
                claim -> new Input.ClaimSeen(KubernetesObjects.claim(claim)),
                claim ->
                    new Input.ClaimGone(
                        claim.getMetadata().getNamespace(), claim.getMetadata().getName())),
            sink),
        new MountProblems(sink));
  }

  private static KindHandler<GenericKubernetesResource> ownerHandler(
      ListKind kind, OwnerReader reader, Consumer<Input> sink) {
    return new KindHandler<>(
        kind,
        new Translation<>(
            owner -> new Input.OwnerSeen(reader.read(KubernetesObjects.owner(kind, owner))),
            owner -> new Input.OwnerGone(KubernetesObjects.ownerRef(kind, owner))),
        sink);
  }

  private static Input vmiSeen(VmiReader reader, RawVmi vmi) {
    return new Input.VmiSeen(reader.read(vmi), VmiReader.claims(vmi));
  }

  private static Input nodeSeen(Node node) {
    return new Input.NodeSeen(
        node.getMetadata().getName(),
        node.getMetadata().getUid(),
        KubernetesObjects.offersLaunchers(node));
  }

  private static Input nodeGone(Node node) {
    return new Input.NodeGone(node.getMetadata().getName(), node.getMetadata().getUid());
  }

  /** How an object of a kind becomes an input. */
  record Translation<T>(Function<T, Input> seen, Function<T, Input> gone) {}

  private static Input podSeen(Pod pod) {
    return KubernetesObjects.controllingVmi(pod)
        .<Input>map(uid -> new Input.PodSeen(uid, KubernetesObjects.pod(pod)))
        .orElseGet(() -> KubernetesObjects.strangePod(pod));
  }

  private static Input podGone(Pod pod) {
    return new Input.PodGone(pod.getMetadata().getUid());
  }

  private static <T extends HasMetadata> void watch(
      SharedIndexInformer<T> informer, ListKind kind, ResourceEventHandler<T> handler) {
    watch(informer, kind.wireName(), handler);
  }

  private static <T extends HasMetadata> void watch(
      SharedIndexInformer<T> informer, String kind, ResourceEventHandler<T> handler) {
    informer.addEventHandler(handler);
    informer.exceptionHandler(
        (started, failure) -> {
          log.atWarn()
              .addKeyValue("kind", kind)
              .addKeyValue("problem", String.valueOf(failure.getMessage()))
              .log("Kubernetes could not be listed or watched; trying again");
          return true;
        });
    informer.start();
  }

  /** Whether every watch stands; false for moments at each reconnection. */
  public boolean areWatching() {
    return informers.stream().allMatch(SharedIndexInformer::isWatching);
  }

  @Override
  public void close() {
    informers.forEach(SharedIndexInformer::stop);
    client.close();
  }
}
