package io.vireo.simulator;

import io.vireo.schemas.AvroCodec;
import io.vireo.schemas.Topic;
import io.vireo.schemas.Topics;
import io.vireo.schemas.avro.CommandReport;
import io.vireo.schemas.avro.DomainReport;
import io.vireo.schemas.avro.Heartbeat;
import io.vireo.schemas.avro.NodeAction;
import io.vireo.schemas.avro.NodeCommand;
import io.vireo.schemas.avro.NodeReport;
import io.vireo.schemas.avro.NodeRequest;
import io.vireo.schemas.avro.ReportedDomain;
import io.vireo.schemas.avro.StopDomain;
import io.vireo.simulator.check.Settled;
import io.vireo.simulator.check.Truth;
import io.vireo.simulator.kubernetes.SimApiServer.Kind;
import io.vireo.simulator.kubernetes.Tree;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.TopicPartition;

/** Writes what none of Vireo's parts writes: an administrator's word, and an attacker's. */
final class Intruder {

  private final Cast cast;
  private long count;

  Intruder(Cast cast) {
    this.cast = cast;
  }

  private void write(String topic, int partition, String key, byte[] value) {
    TopicPartition place = new TopicPartition(topic, partition);
    if (cast.world.broker().log(place) != null && cast.world.broker().takesWrites()) {
      cast.world.broker().append(place, cast.world.engine().nowMs(), key, value, List.of());
    }
  }

  private static byte[] encode(SpecificRecord record) {
    return AvroCodec.encode(record);
  }

  /** An administrator vouches for a machine that is gone. */
  void fence(String node) {
    NodeRequest request =
        NodeRequest.newBuilder()
            .setId("request-" + ++count)
            .setNode(node)
            .setNodeUid(null)
            .setAction(NodeAction.Fence)
            .setActor("admin")
            .setReason("the machine is gone")
            .setRequestedAt(cast.world.engine().nowMs())
            .build();
    write(Topics.NODE_REQUESTS.name(), 0, node, encode(request));
  }

  /** The stolen identity of a node says that guests of other nodes have ended, and more. */
  void reports(String node, int target) {
    String topic = Topics.nodeReports(node).name();
    List<Truth.Place> others =
        cast.truth.alive().stream().filter(place -> !place.node().equals(node)).toList();
    if (others.isEmpty()) {
      return;
    }
    Truth.Place victim = others.get(target % others.size());
    long epoch = target % 3 == 0 ? victim.epoch() + 1_000_000 : victim.epoch();
    String claimed = target % 5 == 0 ? victim.node() : node;
    String name = victim.name().substring(victim.name().indexOf('/') + 1);
    ReportedDomain domain =
        new ReportedDomain(
            victim.uid(),
            Cast.NAMESPACE,
            name,
            epoch,
            "ended",
            target % 2 == 0 ? "never-started" : "shutdown",
            null,
            true,
            List.of(),
            null,
            cast.world.engine().nowMs(),
            null,
            List.of());
    write(topic, 0, victim.uid(), encode(report(claimed, new DomainReport(domain))));
    for (long seq = 1; seq < 12; seq++) {
      CommandReport command =
          new CommandReport(
              victim.uid() + "/" + victim.epoch() + "/" + seq,
              victim.uid(),
              "StopDomain",
              "Done",
              null,
              "never-started",
              epoch,
              seq + 1_000_000);
      write(topic, 0, victim.uid(), encode(report(claimed, command)));
    }
  }

  private NodeReport report(String node, Object body) {
    return NodeReport.newBuilder()
        .setNode(node)
        .setNodeUid(null)
        .setSession(cast.world.engine().nowMs() + 1_000_000)
        .setSequence(++count)
        .setReportedAt(cast.world.engine().nowMs())
        .setBody(body)
        .build();
  }

  /** Records that nobody can use: garbage, another schema, too large, of an epoch long gone. */
  void poison(int target) {
    List<String> topics =
        List.of(
            Topics.VMI_DESIRED.name(),
            Topics.POD_OBSERVED.name(),
            Topics.DOMAIN_OBSERVED.name(),
            Topics.OUTCOMES.name(),
            Topics.CLUSTER_COMMANDS.name(),
            Topics.NODE_COMMANDS.name(),
            Topics.NODE_REQUESTS.name(),
            Topics.VMI_ENDED.name(),
            Topics.nodeReports("node1").name(),
            Topics.nodeCommands("node1").name());
    String topic = topics.get(target % topics.size());
    byte[] value =
        switch (target / topics.size() % 4) {
          case 0 -> new byte[] {1, 2, 3};
          case 1 -> new byte[] {0, 9, 9, 9, 9, 1, 2};
          case 2 -> encode(report("node1", new Heartbeat(0, 0)));
          default -> new byte[300_000];
        };
    write(topic, 0, Settled.POISON + ++count, value);
    Topic<?> ofOwners = target % 2 == 0 ? Topics.VM_DESIRED : Topics.VMI_STATE;
    write(ofOwners.name(), 0, Settled.POISON + ++count, value);
    staleCommand(target);
  }

  /**
   * What a writer of commands that stood still would send: of an epoch before the present one with
   * a number beyond all others, or of the present one with a number before all others. Only to a
   * node that has told what it holds: one that lost its disk compares with nothing.
   */
  private void staleCommand(int target) {
    List<Truth.Place> alive =
        cast.truth.alive().stream()
            .filter(place -> cast.epochOrder.holds(place.node(), place.uid(), place.epoch()))
            .toList();
    if (alive.isEmpty()) {
      return;
    }
    Truth.Place place = alive.get(target % alive.size());
    String nodeUid =
        cast.world
            .server()
            .find(Kind.NODE, place.node())
            .map(node -> String.valueOf(Tree.text(node, "metadata", "uid")))
            .orElse("");
    boolean earlier = target % 2 == 0;
    long epoch = earlier ? place.epoch() - 1 : place.epoch();
    long seq = earlier ? Long.MAX_VALUE - ++count : 0;
    NodeCommand command =
        NodeCommand.newBuilder()
            .setCommandId(place.uid() + "/" + epoch + "/" + seq)
            .setIssuedAt(cast.world.engine().nowMs())
            .setCause("")
            .setVmiUid(place.uid())
            .setNamespace(Cast.NAMESPACE)
            .setName(place.name().substring(place.name().indexOf('/') + 1))
            .setNode(place.node())
            .setNodeUid(nodeUid)
            .setEpoch(epoch)
            .setSeq(seq)
            .setGeneration(1)
            .setBody(new StopDomain(0L, cast.world.engine().nowMs()))
            .build();
    write(Topics.nodeCommands(place.node()).name(), 0, place.uid(), encode(command));
  }

  /** Somebody writes a status that is not true. */
  void overwriteStatus(int target) {
    List<String> keys = cast.vmiKeys();
    if (keys.isEmpty()) {
      return;
    }
    String key = keys.get(target % keys.size());
    Map<String, Object> vmi = cast.world.server().find(Kind.VMI, key).orElseThrow();
    cast.statusCheck.meddledWith(String.valueOf(Tree.text(vmi, "metadata", "uid")));
    cast.world
        .server()
        .update(
            Kind.VMI,
            key,
            tree -> {
              Tree.child(tree, "status").put("phase", target % 2 == 0 ? "Succeeded" : "Pending");
              return tree;
            });
  }
}
