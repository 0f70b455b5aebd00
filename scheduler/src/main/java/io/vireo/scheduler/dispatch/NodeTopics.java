package io.vireo.scheduler.dispatch;

import io.vireo.schemas.AvroCodec;
import io.vireo.schemas.CloudEvents;
import io.vireo.schemas.Topic;
import io.vireo.schemas.TopicCreation;
import io.vireo.schemas.Topics;
import io.vireo.schemas.UndecodableRecordException;
import io.vireo.schemas.avro.NodeCommand;
import io.vireo.schemas.avro.NodeEligible;
import io.vireo.schemas.avro.NodeReport;
import io.vireo.schemas.avro.NodeState;
import io.vireo.schemas.avro.NodeTransition;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the two topics of each node that became known, sees their leaders, then announces them. */
final class NodeTopics {

  private static final Logger log = LoggerFactory.getLogger(NodeTopics.class);

  private final Admin admin;
  private final Producer<String, byte[]> producer;
  private final short replication;
  private final Map<String, String> uids = new ConcurrentHashMap<>();

  NodeTopics(Admin admin, Producer<String, byte[]> producer, short replication) {
    this.admin = admin;
    this.producer = producer;
    this.replication = replication;
  }

  /** Takes a value of the transitions topic. */
  void take(byte[] value) throws InterruptedException, ExecutionException, TimeoutException {
    NodeTransition transition;
    try {
      transition = Topics.NODE_TRANSITIONS.decode(value);
    } catch (UndecodableRecordException e) {
      // The scheduler's topology reads the same record and sends it to the dead letters.
      return;
    }
    String node = transition.getNode();
    if (transition.getState() == NodeState.Removed) {
      uids.remove(node);
      return;
    }
    if (transition.getNodeUid().equals(uids.get(node))) {
      return;
    }
    Topic<NodeCommand> commands = Topics.nodeCommands(node);
    Topic<NodeReport> reports = Topics.nodeReports(node);
    TopicCreation.ensure(admin, List.of(commands, reports), 1, replication);
    // createTopics returns when the controller knows; a producer needs the leader.
    producer.partitionsFor(commands.name());
    producer.partitionsFor(reports.name());
    uids.put(node, transition.getNodeUid());
    announce(transition, commands.name(), reports.name());
  }

  @SuppressWarnings("FutureReturnValueIgnored") // Sent again with the next transition of the node.
  private void announce(NodeTransition transition, String commands, String reports) {
    long now = System.currentTimeMillis();
    String node = transition.getNode();
    NodeEligible eligible = new NodeEligible(node, transition.getNodeUid(), commands, reports, now);
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(
            Topics.NODE_ELIGIBLE.name(), null, now, node, AvroCodec.encode(eligible));
    CloudEvents.headers(
            node + "/" + transition.getNodeUid() + "/eligible",
            CloudEvents.type(NodeEligible.class),
            "dispatcher",
            node,
            now)
        .forEach(record.headers()::add);
    producer.send(record);
    log.atInfo().addKeyValue("node", node).log("The node's topics exist");
  }

  /** Command topic of a node, if its topics exist for this uid of it. */
  Optional<String> commandsTopic(String node, String nodeUid) {
    return nodeUid.equals(uids.get(node))
        ? Optional.of(Topics.nodeCommands(node).name())
        : Optional.empty();
  }
}
