package io.vireo.cli.torture;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Every named place at which a part may be ended, and what makes a part pass it. */
public final class Failpoints {

  /** One place. */
  public record Point(String name, Trigger trigger) {}

  /** What has to happen, beside the life of one VMI, for a part to pass the place. */
  public enum Trigger {
    /** A VMI with inline cloud-init is applied, runs and is deleted. */
    LIFE,
    /** The same, without a grace period. */
    NO_GRACE,
    /** It is deleted before its launcher has dialled in. */
    DELETED_EARLY,
    /** The VMI is that of a VirtualMachine, which is applied and deleted. */
    OWNED,
    /** A VMI is there already when a VirtualMachine of its name comes. */
    ADOPTED,
    /** Ingest starts anew. */
    INGEST_STARTS,
    /** The scheduler starts anew. */
    SCHEDULER_STARTS,
    /** Kubernetes gets one more node, for whose name there are no topics. */
    NODE_APPEARS,
    /** A command comes for a node that there is not. */
    FOREIGN_COMMAND,
    /** A record comes that is no command. */
    JUNK
  }

  /** All of them, each before and after its effect. */
  public static final List<Point> ALL = all();

  private Failpoints() {}

  private static List<Point> all() {
    List<Point> points = new ArrayList<>();
    add(points, Trigger.LIFE, "ingest.write", "ingest.commit", "ingest.forget", "ingest.outcome");
    add(points, Trigger.INGEST_STARTS, "ingest.incarnation", "ingest.transition");
    points.add(new Point("ingest.list.after", Trigger.INGEST_STARTS));
    add(points, Trigger.LIFE, "scheduler.decision", "dispatcher.copy", "dispatcher.commit");
    add(points, Trigger.NODE_APPEARS, "dispatcher.topics");
    add(points, Trigger.SCHEDULER_STARTS, "dispatcher.eligible");
    add(points, Trigger.FOREIGN_COMMAND, "dispatcher.refuse");
    add(points, Trigger.JUNK, "dispatcher.deadletter");
    add(
        points,
        Trigger.LIFE,
        "cluster.secret.create",
        "cluster.pod.create",
        "cluster.pod.delete",
        "cluster.pod.ready",
        "cluster.status.write",
        "cluster.finalizer.remove",
        "cluster.event.create",
        "cluster.outcome",
        "cluster.commit");
    add(
        points,
        Trigger.OWNED,
        "cluster.revision.create",
        "cluster.vmi.create",
        "cluster.vmi.delete",
        "cluster.owner.status",
        "cluster.owner.metadata");
    add(points, Trigger.ADOPTED, "cluster.vmi.adopt");
    // What is known of a node is written anew by each start of ingest.
    add(points, Trigger.INGEST_STARTS, "cluster.node.label");
    add(
        points,
        Trigger.LIFE,
        "node.roster.store",
        "node.position.store",
        "node.report.send",
        "node.launcher.mark",
        "node.launcher.acknowledge",
        "node.domain.create",
        "node.domain.shutdown");
    add(points, Trigger.DELETED_EARLY, "node.launcher.dismiss");
    add(points, Trigger.NO_GRACE, "node.domain.destroy");
    return List.copyOf(points);
  }

  private static void add(List<Point> points, Trigger trigger, String... effects) {
    for (String effect : effects) {
      points.add(new Point(effect + ".before", trigger));
      points.add(new Point(effect + ".after", trigger));
    }
  }

  static Optional<Point> of(String name) {
    return ALL.stream().filter(point -> point.name().equals(name)).findFirst();
  }
}
