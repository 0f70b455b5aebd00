package io.vireo.simulator;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * The faults that a life may meet. Names on the command line are in lower case with dashes. A new
 * one comes last: a plan picks them by their places, and old seeds are to stay what they were.
 */
public enum FaultKind {
  KILL_INGEST("ingest dies and is started again"),
  KILL_SCHEDULER("the scheduler dies, also in the middle of a transaction"),
  KILL_DISPATCHER("the dispatcher dies and is started again"),
  KILL_CLUSTER_EXECUTOR("the cluster-executor dies and is started again"),
  KILL_NODE_EXECUTOR("a node's executor dies and is started again"),
  KILL_KUBELET("a kubelet dies and is started again; its pods run on"),
  PAUSE_PART("a part stands still for 5 to 60 s and wakes up stale"),
  TWO_INGESTS("a second ingest starts while the first stands still; the first wakes up"),
  TWO_NODE_EXECUTORS("a second executor of the node is started beside the first"),
  SCHEDULER_TAKES_OVER("the scheduler stands still, another takes over, the first wakes up"),
  PARTITION_KAFKA("a part and Kafka cannot reach each other"),
  ONE_WAY_KAFKA("a part's records reach Kafka, but no answer comes back"),
  PARTITION_API("a part and the API server cannot reach each other"),
  ONE_WAY_API("a part's requests reach the API server, but no answer comes back"),
  SLOW_NETWORK("a part's messages take 75 to 500 ms more"),
  KAFKA_DOWN("the broker is away for a time and comes back with its disk"),
  KAFKA_DISK_LOST("the broker comes back without its disk"),
  KAFKA_COMPACTION("compacted topics are compacted"),
  KAFKA_TRUNCATION("retention takes reports before they are read"),
  API_DOWN("the API server is away for a time"),
  API_ERRORS("requests are refused with 429, 500 and 503"),
  API_LOST_ANSWERS("requests have their effect, but the answer is lost"),
  RELIST("watches end with 410 and list anew"),
  WATCH_BREAKS("watches break and go on"),
  WATCH_REPEATS("each event of a watch comes twice"),
  EMPTY_ROSTER("an executor loses its disk and starts with an empty roster"),
  LIBVIRTD_RESTART("libvirtd does not answer for a time; QEMU runs on"),
  LIBVIRT_LOST_ANSWER("a call to libvirt has its effect, but times out"),
  GUEST_POWEROFF("a guest shuts itself down"),
  GUEST_CRASH("QEMU crashes"),
  LAUNCHER_DIES("the launcher dies, and with it the guest"),
  MACHINE_CRASH("a machine loses its power and boots again"),
  MACHINE_GONE("a machine is gone for ever; an administrator fences it"),
  NODE_DELETED("the Node object is deleted while its guests run"),
  POD_DELETED("a launcher pod is deleted by hand"),
  POD_FORCE_DELETED("a launcher pod is force-deleted while QEMU runs"),
  POD_REFUSED("a kubelet refuses a pod at admission"),
  FINALIZERS_FORCED("somebody takes a VMI's finalizers away"),
  NAME_REUSED("a VMI is deleted and its name is created again at once"),
  STATUS_OVERWRITTEN("somebody writes a VMI's status"),
  HOSTILE_REPORTS("a stolen node identity reports what it does not know"),
  POISON_RECORDS("records that nobody can use appear on the topics"),
  CLOCK_JUMP("the clock of a part jumps by up to an hour and back"),
  KAFKA_DISK_FULL("the broker's disk is full: it ends at the next write, until there is room"),
  NODE_DISK_FULL("the disk of a node's executor takes nothing for a time");

  private final String meaning;

  FaultKind(String meaning) {
    this.meaning = meaning;
  }

  /** One sentence for people. */
  public String meaning() {
    return meaning;
  }

  /** Name on the command line. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The faults that a text on the command line names: {@code all}, {@code none}, names, and names
   * with a dash before them, which take a fault away, separated by commas. Where the first takes
   * one away it does so from all.
   */
  public static Set<FaultKind> setOf(String text) {
    Set<FaultKind> kinds =
        text.strip().startsWith("-")
            ? EnumSet.allOf(FaultKind.class)
            : EnumSet.noneOf(FaultKind.class);
    for (String each : text.split(",", -1)) {
      String name = each.strip();
      if (name.equals("all")) {
        kinds.addAll(EnumSet.allOf(FaultKind.class));
      } else if (name.startsWith("-")) {
        kinds.remove(of(name.substring(1)));
      } else if (!name.equals("none")) {
        kinds.add(of(name));
      }
    }
    return kinds;
  }

  /** The fault of a name on the command line. */
  public static FaultKind of(String name) {
    for (FaultKind kind : values()) {
      if (kind.wireName().equals(name)) {
        return kind;
      }
    }
    throw new IllegalArgumentException("Expected the name of a fault, but got '" + name + "'");
  }
}
