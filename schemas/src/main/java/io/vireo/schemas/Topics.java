package io.vireo.schemas;

import io.vireo.schemas.Topic.Layout;
import io.vireo.schemas.avro.ClusterCommand;
import io.vireo.schemas.avro.DeadLetter;
import io.vireo.schemas.avro.DomainsObserved;
import io.vireo.schemas.avro.IngestIncarnation;
import io.vireo.schemas.avro.NodeCommand;
import io.vireo.schemas.avro.NodeEligible;
import io.vireo.schemas.avro.NodeReport;
import io.vireo.schemas.avro.NodeRequest;
import io.vireo.schemas.avro.NodeTransition;
import io.vireo.schemas.avro.Outcome;
import io.vireo.schemas.avro.PodsObserved;
import io.vireo.schemas.avro.VmDesired;
import io.vireo.schemas.avro.VmEvent;
import io.vireo.schemas.avro.VmiDesired;
import io.vireo.schemas.avro.VmiEnded;
import io.vireo.schemas.avro.VmiEvent;
import io.vireo.schemas.avro.VmiOwnedState;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** The catalogue of Vireo's topics. Key: VMI uid, unless the record's schema says otherwise. */
public final class Topics {

  private static final Duration WEEK = Duration.ofDays(7);
  private static final int KAFKA_TOPIC_NAME_MAX = 249;
  private static final String NODE_PREFIX = "vireo.node.";

  /** One VMI as Kubernetes holds it. Writer: ingest. */
  public static final Topic<VmiDesired> VMI_DESIRED =
      Topic.compacted("vireo.vmi.desired.v1", VmiDesired.class, Layout.BY_VMI);

  /**
   * One VirtualMachine or VirtualMachineInstanceReplicaSet as Kubernetes holds it. Writer: ingest.
   * Key: its uid.
   */
  public static final Topic<VmDesired> VM_DESIRED =
      Topic.compacted("vireo.vm.desired.v1", VmDesired.class, Layout.BY_VMI);

  /**
   * What a VMI's owner has to know of it. Writer: scheduler. Reader: scheduler. Key: uid of the
   * owner. Kept as long as the ends of VMIs: what was told once is not told again.
   */
  public static final Topic<VmiOwnedState> VMI_STATE =
      Topic.kept("vireo.vmi.state.v1", VmiOwnedState.class, Duration.ofDays(30), Layout.BY_VMI);

  /** All launcher pods of a VMI. Writer: ingest. */
  public static final Topic<PodsObserved> POD_OBSERVED =
      Topic.compacted("vireo.pod.observed.v1", PodsObserved.class, Layout.BY_VMI);

  /** All domains reported for a VMI. Writer: ingest. */
  public static final Topic<DomainsObserved> DOMAIN_OBSERVED =
      Topic.compacted("vireo.domain.observed.v1", DomainsObserved.class, Layout.BY_VMI);

  /** The end of each command. Writers: ingest, dispatcher, cluster-executor. */
  public static final Topic<Outcome> OUTCOMES =
      Topic.kept("vireo.outcomes.v1", Outcome.class, WEEK, Layout.BY_VMI);

  /** Standing of nodes, each record in every partition. Writer: ingest. Key: node. */
  public static final Topic<NodeTransition> NODE_TRANSITIONS =
      Topic.compacted("vireo.node.transitions.v1", NodeTransition.class, Layout.BY_VMI);

  /** Writes to Kubernetes. Writer: scheduler. */
  public static final Topic<ClusterCommand> CLUSTER_COMMANDS =
      Topic.kept("vireo.cluster.commands.v1", ClusterCommand.class, WEEK, Layout.BY_VMI);

  /** All node commands, in the transaction that decided them. Writer: scheduler. */
  public static final Topic<NodeCommand> NODE_COMMANDS =
      Topic.kept("vireo.node.commands.v1", NodeCommand.class, WEEK, Layout.BY_VMI);

  /** Nodes whose two topics exist and have leaders. Writer: dispatcher. Key: node. */
  public static final Topic<NodeEligible> NODE_ELIGIBLE =
      Topic.compacted("vireo.node.eligible.v1", NodeEligible.class, Layout.SINGLE);

  /** An administrator's word about a node. Writers: cli, api. Reader: ingest. Key: node. */
  public static final Topic<NodeRequest> NODE_REQUESTS =
      Topic.kept("vireo.node.requests.v1", NodeRequest.class, WEEK, Layout.SINGLE);

  /** Uids whose end is proven. Writer: scheduler. */
  public static final Topic<VmiEnded> VMI_ENDED =
      Topic.kept("vireo.vmi.ended.v1", VmiEnded.class, Duration.ofDays(30), Layout.BY_VMI);

  /** The record: every input, decision, command and end. Writer: scheduler. Readers: everyone. */
  public static final Topic<VmiEvent> VMI_EVENTS =
      Topic.kept("vireo.vmi.events.v1", VmiEvent.class, Duration.ofDays(365), Layout.BY_VMI);

  /**
   * The record of VirtualMachines and VirtualMachineInstanceReplicaSets. Writer: scheduler.
   * Readers: everyone. Key: uid of the object.
   */
  public static final Topic<VmEvent> VM_EVENTS =
      Topic.kept("vireo.vm.events.v1", VmEvent.class, Duration.ofDays(365), Layout.BY_VMI);

  /** What could not be used. Writers: all. */
  public static final Topic<DeadLetter> DEAD_LETTERS =
      Topic.kept("vireo.deadletter.v1", DeadLetter.class, Duration.ofDays(30), Layout.SINGLE);

  /**
   * Starts of ingest; the offset of a record, and the time of the first, give its incarnation
   * number. Writer: ingest.
   */
  public static final Topic<IngestIncarnation> INGEST_INCARNATION =
      Topic.kept(
          "vireo.ingest.incarnation.v1",
          IngestIncarnation.class,
          Duration.ofDays(3650),
          Layout.SINGLE);

  private Topics() {}

  /** Every topic that exists from the start; the two of each node are made when it is seen. */
  public static List<Topic<?>> all() {
    return List.of(
        VMI_DESIRED,
        VM_DESIRED,
        VMI_STATE,
        POD_OBSERVED,
        DOMAIN_OBSERVED,
        OUTCOMES,
        NODE_TRANSITIONS,
        CLUSTER_COMMANDS,
        NODE_COMMANDS,
        NODE_ELIGIBLE,
        NODE_REQUESTS,
        VMI_ENDED,
        VMI_EVENTS,
        VM_EVENTS,
        DEAD_LETTERS,
        INGEST_INCARNATION);
  }

  /** Commands for one node. Writer: dispatcher. Reader: that node's executor only. */
  public static Topic<NodeCommand> nodeCommands(String node) {
    return Topic.kept(nodeTopic(node, ".commands.v1"), NodeCommand.class, WEEK, Layout.SINGLE);
  }

  /** Reports of one node. Writer: that node's executor only. Reader: ingest. */
  public static Topic<NodeReport> nodeReports(String node) {
    return Topic.kept(nodeTopic(node, ".reports.v1"), NodeReport.class, WEEK, Layout.SINGLE);
  }

  /**
   * Node names may have 253 characters and topic names 249, so a name that does not fit is cut and
   * made unique by its hash.
   */
  private static String nodeTopic(String node, String suffix) {
    if (!node.matches("[a-z0-9]([a-z0-9.-]*[a-z0-9])?") || node.length() > 253) {
      throw new IllegalArgumentException(
          "Expected a Kubernetes node name (RFC 1123 subdomain), but got '" + node + "'");
    }
    String name = NODE_PREFIX + node + suffix;
    if (name.length() <= KAFKA_TOPIC_NAME_MAX) {
      return name;
    }
    String hash = CanonicalJson.sha256(node.getBytes(StandardCharsets.UTF_8)).substring(0, 16);
    int room = KAFKA_TOPIC_NAME_MAX - NODE_PREFIX.length() - suffix.length() - hash.length() - 1;
    return NODE_PREFIX + node.substring(0, room) + "_" + hash + suffix;
  }
}
