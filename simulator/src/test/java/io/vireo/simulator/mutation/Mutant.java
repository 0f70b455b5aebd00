package io.vireo.simulator.mutation;

import static io.vireo.simulator.FaultKind.*;

import io.vireo.simulator.FaultKind;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The defects that must be found, each with the faults that it comes to light under. */
enum Mutant {
  EPOCH_NOT_COMPARED(
      "epoch not compared",
      EnumSet.of(POISON_RECORDS, POD_DELETED),
      Patch.compares("io.vireo.node.core.LaneState$Fence", "admits(JJ)Z", 3, "seq", false),
      Patch.takes(
          "io.vireo.node.core.CommandRules",
          "command(Lio/vireo/node/core/LaneEvent$CommandCame;)V",
          "heldEpoch",
          0)),
  SEQ_NOT_COMPARED(
      "seq not compared",
      EnumSet.of(POISON_RECORDS, POD_DELETED),
      Patch.compares("io.vireo.node.core.LaneState$Fence", "admits(JJ)Z", 1, "epoch", true)),
  RELIST_HIDES_DELETIONS(
      "relist does not report deletions",
      EnumSet.of(RELIST, KILL_INGEST, FINALIZERS_FORCED, POD_FORCE_DELETED, NAME_REUSED),
      Patch.answersNothing(
          "io.vireo.ingest.core.ObjectBook",
          "vanished(Ljava/util/function/Predicate;)Ljava/util/List;"),
      Patch.answersNothing("io.vireo.ingest.core.PodBook", "vanished()Ljava/util/List;")),
  POSITION_BEFORE_OUTCOME(
      "position moved before the outcome",
      EnumSet.of(KILL_CLUSTER_EXECUTOR, KILL_NODE_EXECUTOR, API_ERRORS, API_DOWN),
      Patch.answersField("io.vireo.cluster.core.Progress$Partition", "position()J", "next"),
      Patch.answers(
          "io.vireo.node.kafka.CommandInbox",
          "mayStore(Ljava/util/concurrent/CompletableFuture;)Z",
          true)),
  SNAPSHOT_IMPLIES_ABSENCE(
      "snapshot implies absence",
      EnumSet.of(EMPTY_ROSTER, KILL_NODE_EXECUTOR),
      Patch.constants(
          "io.vireo.ingest.core.DomainSnapshot",
          "missingIn(JJJ)Lio/vireo/ingest/core/DomainSnapshot;",
          Map.of("unknown", "ended", 0, 1))),
  BARRIER_SKIPPED(
      "barrier skipped",
      EnumSet.of(KAFKA_DISK_LOST, KILL_INGEST, KILL_SCHEDULER),
      Patch.answers("io.vireo.scheduler.topology.NodeTable", "isListed()Z", true)),
  DELETED_POD_IS_PROOF(
      "deleted pod counts as proven gone",
      EnumSet.of(POD_FORCE_DELETED, NODE_DELETED, PARTITION_KAFKA, PAUSE_PART),
      Patch.answers(
          "io.vireo.scheduler.core.Proof",
          "absenceProvesEnd(Lio/vireo/scheduler/core/Epoch;)Z",
          true)),
  REPORT_FROM_ANY_NODE(
      "report accepted from any node",
      EnumSet.of(HOSTILE_REPORTS),
      Patch.answers(
          "io.vireo.ingest.core.ReportCheck",
          "namesAnotherNode(Ljava/lang/String;Ljava/lang/String;)Z",
          false),
      Patch.answers(
          "io.vireo.ingest.core.Placements",
          "maySpeakOf(Ljava/lang/String;Ljava/lang/String;J)Z",
          true),
      Patch.answers(
          "io.vireo.ingest.core.Placements",
          "mayHold(Ljava/lang/String;Ljava/lang/String;J)Z",
          true),
      Patch.takes(
          "io.vireo.scheduler.core.VmiState",
          "lambda$currentDomain$0(Lio/vireo/scheduler/core/Epoch;Lio/vireo/scheduler/core/Domain;)Z",
          "equals",
          1)),
  LAUNCHER_USED_TWICE(
      "launcher not single-use",
      EnumSet.of(EMPTY_ROSTER, KILL_NODE_EXECUTOR, GUEST_POWEROFF, GUEST_CRASH),
      Patch.answers(
          "io.vireo.launcher.core.Lifecycle",
          "mayMark(Lio/vireo/launcher/core/Lifecycle$State;)Z",
          true),
      Patch.answers(
          "io.vireo.launcher.core.Lifecycle",
          "word(Lio/vireo/launcher/core/Lifecycle$Journal;)Ljava/lang/String;",
          "fresh")),
  NEXT_EPOCH_TOO_EARLY(
      "next epoch opened before the last is closed",
      EnumSet.of(POD_FORCE_DELETED, POD_DELETED, PAUSE_PART),
      Patch.answers(
          "io.vireo.scheduler.core.Launching",
          "mayOpenNext(Lio/vireo/scheduler/core/Epoch;)Z",
          true)),
  DELETED_VMI_HAS_ENDED(
      "VMI of an owner counts as ended once it is deleted",
      EnumSet.of(FINALIZERS_FORCED),
      Patch.answersFlag("io.vireo.scheduler.core.OwnedVmi", "ended()Z", "deleting"));

  private final String defect;
  private final EnumSet<FaultKind> faults;
  private final List<Patch> patches;

  Mutant(String defect, EnumSet<FaultKind> faults, Patch... patches) {
    this.defect = defect;
    this.faults = faults;
    this.patches = List.of(patches);
  }

  String defect() {
    return defect;
  }

  Set<String> faults() {
    return faults.stream().map(Enum::name).collect(Collectors.toUnmodifiableSet());
  }

  List<Patch> patches() {
    return patches;
  }
}
