package io.vireo.schemas;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Who may do what on the broker. One principal a component and one a node; what is not listed is
 * forbidden. The development stack makes its access control lists of this, and a table test asks a
 * broker about every cell.
 *
 * <p>A node's rights are its own two topics and nothing else: a stolen identity of a node can
 * neither read, forge, fence nor starve another.
 */
public final class KafkaAccess {

  /** Principal of ingest. */
  public static final String INGEST = "ingest";

  /** Principal of the scheduler and its dispatcher. */
  public static final String SCHEDULER = "scheduler";

  /** Principal of the cluster-executor. */
  public static final String CLUSTER_EXECUTOR = "cluster-executor";

  /** Principal of an administrator's tools: reads everything, speaks about nodes. */
  public static final String OPERATOR = "operator";

  /** Principal of those who read the record. */
  public static final String AUDITOR = "auditor";

  private static final String PREFIX = "vireo.";

  private KafkaAccess() {}

  /** What a right is about; the names are Kafka's. */
  public enum Resource {
    TOPIC,
    GROUP,
    TRANSACTIONAL_ID
  }

  /** What may be done; the names are Kafka's. READ and WRITE imply DESCRIBE. */
  public enum Operation {
    READ,
    WRITE,
    CREATE,
    DESCRIBE,
    DESCRIBE_CONFIGS
  }

  /**
   * One right.
   *
   * @param prefixed the name stands for every name that begins with it
   */
  public record Grant(
      String principal,
      Resource resource,
      String name,
      boolean prefixed,
      Set<Operation> operations) {

    public Grant {
      operations = Set.copyOf(operations);
    }
  }

  /** Principal of a node's executor. */
  public static String node(String node) {
    return "node-" + node;
  }

  /** Rights that do not depend on which nodes there are. */
  public static List<Grant> components() {
    List<Grant> grants = new ArrayList<>();
    read(
        grants,
        INGEST,
        Topics.INGEST_INCARNATION,
        Topics.NODE_ELIGIBLE,
        Topics.NODE_REQUESTS,
        Topics.VMI_ENDED,
        Topics.VMI_DESIRED,
        Topics.VM_DESIRED,
        Topics.POD_OBSERVED,
        Topics.DOMAIN_OBSERVED,
        Topics.NODE_TRANSITIONS);
    write(
        grants,
        INGEST,
        Topics.VMI_DESIRED,
        Topics.VM_DESIRED,
        Topics.POD_OBSERVED,
        Topics.DOMAIN_OBSERVED,
        Topics.OUTCOMES,
        Topics.NODE_TRANSITIONS,
        Topics.INGEST_INCARNATION,
        Topics.DEAD_LETTERS);
    group(grants, INGEST, "vireo.ingest");

    read(
        grants,
        SCHEDULER,
        Topics.VMI_DESIRED,
        Topics.VM_DESIRED,
        Topics.VMI_STATE,
        Topics.POD_OBSERVED,
        Topics.DOMAIN_OBSERVED,
        Topics.OUTCOMES,
        Topics.NODE_TRANSITIONS,
        Topics.NODE_COMMANDS);
    write(
        grants,
        SCHEDULER,
        Topics.CLUSTER_COMMANDS,
        Topics.NODE_COMMANDS,
        Topics.VMI_EVENTS,
        Topics.VM_EVENTS,
        Topics.VMI_STATE,
        Topics.VMI_ENDED,
        Topics.NODE_ELIGIBLE,
        Topics.OUTCOMES,
        Topics.DEAD_LETTERS);
    group(grants, SCHEDULER, "vireo.scheduler");
    group(grants, SCHEDULER, "vireo.dispatcher");
    grants.add(
        new Grant(
            SCHEDULER,
            Resource.TRANSACTIONAL_ID,
            "vireo.scheduler",
            true,
            Set.of(Operation.WRITE, Operation.DESCRIBE)));
    // Changelogs of its stores, which Kafka Streams makes.
    grants.add(
        new Grant(
            SCHEDULER,
            Resource.TOPIC,
            "vireo.scheduler-",
            true,
            Set.of(
                Operation.CREATE,
                Operation.READ,
                Operation.WRITE,
                Operation.DESCRIBE,
                Operation.DESCRIBE_CONFIGS)));

    read(grants, CLUSTER_EXECUTOR, Topics.CLUSTER_COMMANDS);
    write(grants, CLUSTER_EXECUTOR, Topics.OUTCOMES, Topics.DEAD_LETTERS);
    group(grants, CLUSTER_EXECUTOR, "vireo.cluster-executor");

    grants.add(topics(OPERATOR, PREFIX, true, Operation.READ, Operation.DESCRIBE_CONFIGS));
    write(grants, OPERATOR, Topics.NODE_REQUESTS);
    grants.add(new Grant(OPERATOR, Resource.GROUP, PREFIX, true, Set.of(Operation.DESCRIBE)));

    read(grants, AUDITOR, Topics.VMI_EVENTS, Topics.VM_EVENTS, Topics.DEAD_LETTERS);
    grants.add(new Grant(AUDITOR, Resource.GROUP, "audit-", true, Set.of(Operation.READ)));
    return List.copyOf(grants);
  }

  /** Rights that come with a node: its own, and those of the two that speak with it. */
  public static List<Grant> forNode(String node) {
    String commands = Topics.nodeCommands(node).name();
    String reports = Topics.nodeReports(node).name();
    return List.of(
        topics(node(node), commands, false, Operation.READ),
        topics(node(node), reports, false, Operation.WRITE),
        topics(SCHEDULER, commands, false, Operation.CREATE, Operation.WRITE),
        topics(SCHEDULER, reports, false, Operation.CREATE, Operation.DESCRIBE),
        topics(INGEST, reports, false, Operation.READ));
  }

  private static void read(List<Grant> grants, String principal, Topic<?>... topics) {
    for (Topic<?> topic : topics) {
      grants.add(topics(principal, topic.name(), false, Operation.READ));
    }
  }

  private static void write(List<Grant> grants, String principal, Topic<?>... topics) {
    for (Topic<?> topic : topics) {
      grants.add(topics(principal, topic.name(), false, Operation.WRITE));
    }
  }

  private static void group(List<Grant> grants, String principal, String group) {
    grants.add(new Grant(principal, Resource.GROUP, group, false, Set.of(Operation.READ)));
  }

  private static Grant topics(
      String principal, String name, boolean prefixed, Operation... operations) {
    return new Grant(principal, Resource.TOPIC, name, prefixed, Set.of(operations));
  }
}
