package io.vireo.bench;

import io.vireo.bench.VmiLife.Said;
import io.vireo.scheduler.core.Command;
import io.vireo.scheduler.core.Decision.Issued;
import io.vireo.scheduler.core.VmiRef;
import io.vireo.schemas.CanonicalJson;
import io.vireo.schemas.OwnedFields;
import io.vireo.schemas.Topic;
import io.vireo.schemas.Topics;
import io.vireo.schemas.avro.CommandResult;
import io.vireo.schemas.avro.ContainerState;
import io.vireo.schemas.avro.Domains;
import io.vireo.schemas.avro.DomainsObserved;
import io.vireo.schemas.avro.GuestInterface;
import io.vireo.schemas.avro.LauncherPod;
import io.vireo.schemas.avro.LauncherPods;
import io.vireo.schemas.avro.ObservedDomain;
import io.vireo.schemas.avro.Outcome;
import io.vireo.schemas.avro.Placement;
import io.vireo.schemas.avro.PodsObserved;
import io.vireo.schemas.avro.Vmi;
import io.vireo.schemas.avro.VmiDesired;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * What ingest would write of one VMI while the API server, the kube-scheduler, a kubelet and a
 * node-executor do as they are told, without a fault.
 */
final class KubernetesAndNode {

  private static final long INCARNATION = 1;
  private static final String EPOCH = "vireo.io/epoch";

  private final VmiRef ref;
  private final String node;
  private final long nowMs;
  private final String specJson;
  private final Map<String, String> labels = new HashMap<>();
  private final Map<String, String> annotations = new HashMap<>();
  private final Set<String> finalizers = new TreeSet<>();
  private Map<String, Object> status;
  private long version = 1000;
  private long podVersion = 1;

  KubernetesAndNode(VmiRef ref, String node, long nowMs) {
    this.ref = ref;
    this.node = node;
    this.nowMs = nowMs;
    Map<String, Object> object = TinyVmi.admitted();
    Map<String, Object> metadata = tree(object.get("metadata"));
    this.specJson = CanonicalJson.write(object.get("spec"));
    this.status = tree(object.get("status"));
    tree(metadata.get("labels")).forEach((key, value) -> labels.put(key, String.valueOf(value)));
    tree(metadata.get("annotations"))
        .forEach((key, value) -> annotations.put(key, String.valueOf(value)));
    if (metadata.get("finalizers") instanceof List<?> names) {
      names.forEach(name -> finalizers.add(String.valueOf(name)));
    }
  }

  static String uidOf(String node) {
    return "uid-of-" + node;
  }

  private static Map<String, Object> tree(@Nullable Object value) {
    Map<String, Object> tree = new HashMap<>();
    if (value instanceof Map<?, ?> map) {
      map.forEach((key, each) -> tree.put(String.valueOf(key), each));
    }
    return tree;
  }

  /** A user applies the manifest. */
  List<Said> created() {
    return List.of(vmi());
  }

  /** A command is carried out. */
  List<Said> answer(Issued issued) {
    return switch (issued.command()) {
      case Command.CreateLauncherPod pod -> {
        String uid = "uid-of-" + pod.podName();
        yield List.of(
            outcome(issued, 1L, uid),
            pods(pod.podName(), pod.epoch(), Pod.CREATED),
            pods(pod.podName(), pod.epoch(), Pod.BOUND),
            pods(pod.podName(), pod.epoch(), Pod.STARTED));
      }
      case Command.WriteStatus write -> {
        status = tree(CanonicalJson.read(write.statusJson()));
        write(labels, write.labels());
        write(annotations, write.annotations());
        finalizers.addAll(write.addFinalizers());
        version++;
        yield List.of(outcome(issued, version, null), vmi());
      }
      case Command.SetPodReady pod ->
          List.of(outcome(issued, null, null), pods(pod.podName(), issued.epoch(), Pod.READY));
      case Command.StartDomain start ->
          List.of(
              domains(issued.epoch()),
              said(Topics.OUTCOMES, end(issued).setNode(node).setExecutor("node/" + node).build()));
      default -> List.of(outcome(issued, null, null));
    };
  }

  /** A value of null takes the key away. */
  private static void write(Map<String, String> own, Map<String, @Nullable String> changes) {
    List<String> gone = new ArrayList<>();
    changes.forEach(
        (key, value) -> {
          if (value == null) {
            gone.add(key);
          } else {
            own.put(key, value);
          }
        });
    gone.forEach(own::remove);
  }

  private static Said said(Topic<?> topic, SpecificRecord value) {
    return new Said(topic, value);
  }

  private Said vmi() {
    String epoch = annotations.get(EPOCH);
    return said(
        Topics.VMI_DESIRED,
        new VmiDesired(
            INCARNATION,
            nowMs,
            Vmi.newBuilder()
                .setUid(ref.uid())
                .setNamespace(ref.namespace())
                .setName(ref.name())
                .setGeneration(1)
                .setResourceVersion(version)
                .setCreationTimestamp(nowMs)
                .setLabels(Map.of())
                .setAnnotations(Map.of())
                .setFinalizers(List.copyOf(finalizers))
                .setOwnerReferences("[]")
                .setSpecJson(specJson)
                .setPhase(text("phase"))
                .setStatusHash(OwnedFields.statusHash(status, labels, annotations, finalizers))
                .setEpoch(epoch == null ? null : Long.valueOf(epoch))
                .setNodeName(text("nodeName"))
                .setClaims(List.of())
                .build()));
  }

  private @Nullable String text(String field) {
    Object value = status.get(field);
    return value == null ? null : value.toString();
  }

  private Outcome.Builder end(Issued issued) {
    return Outcome.newBuilder()
        .setCommandId(issued.commandId())
        .setVmiUid(ref.uid())
        .setCommandType(issued.command().type())
        .setResult(CommandResult.Done)
        .setExecutor("cluster-executor")
        .setObservedAt(nowMs);
  }

  private Said outcome(Issued issued, @Nullable Long resourceVersion, @Nullable String objectUid) {
    return said(
        Topics.OUTCOMES,
        end(issued).setResourceVersion(resourceVersion).setObjectUid(objectUid).build());
  }

  /** How far the launcher's pod is. */
  private enum Pod {
    CREATED,
    BOUND,
    STARTED,
    READY
  }

  private Said pods(String name, long epoch, Pod far) {
    boolean bound = far.compareTo(Pod.BOUND) >= 0;
    boolean started = far.compareTo(Pod.STARTED) >= 0;
    List<ContainerState> containers =
        started
            ? List.of(
                ContainerState.newBuilder()
                    .setName("compute")
                    .setInit(false)
                    .setState("running")
                    .setContainerId("containerd://0123456789abcdef0123456789abcdef")
                    .setImage(TinyVmi.SETTINGS.launcherImage())
                    .build())
            : List.of();
    LauncherPod pod =
        LauncherPod.newBuilder()
            .setName(name)
            .setNamespace(ref.namespace())
            .setUid("uid-of-" + name)
            .setEpoch(epoch)
            .setResourceVersion(podVersion++)
            .setNodeName(bound ? node : null)
            .setPhase(started ? "Running" : "Pending")
            .setPodIp(started ? "10.244.0.7" : null)
            .setPodIps(started ? List.of("10.244.0.7") : List.of())
            .setQosClass("Burstable")
            .setScheduled(bound)
            .setContainersReady(started)
            .setReady(far == Pod.READY)
            .setContainers(containers)
            .build();
    return said(
        Topics.POD_OBSERVED,
        new PodsObserved(
            INCARNATION,
            nowMs,
            LauncherPods.newBuilder()
                .setVmiUid(ref.uid())
                .setPods(List.of(pod))
                .setPlacements(bound ? List.of(new Placement(epoch, node)) : List.of())
                .build()));
  }

  private Said domains(long epoch) {
    GuestInterface nic =
        GuestInterface.newBuilder()
            .setName("default")
            .setMac("52:54:00:12:34:56")
            .setIps(List.of())
            .setInfoSource("domain")
            .setQueueCount(1)
            .setLinkState("up")
            .build();
    ObservedDomain domain =
        ObservedDomain.newBuilder()
            .setNode(node)
            .setNodeUid(uidOf(node))
            .setEpoch(epoch)
            .setSession(1)
            .setSequence(1)
            .setState("running")
            .setReason("booted")
            .setProven(false)
            .setInterfaces(List.of(nic))
            .setMachineType("pc-q35-7.2")
            .setVolumes(List.of())
            .setObservedAt(nowMs)
            .build();
    return said(
        Topics.DOMAIN_OBSERVED,
        new DomainsObserved(INCARNATION, nowMs, new Domains(ref.uid(), List.of(domain))));
  }
}
