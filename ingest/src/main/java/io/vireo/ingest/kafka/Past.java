package io.vireo.ingest.kafka;

import io.vireo.ingest.core.Intake;
import io.vireo.ingest.core.VmiRef;
import io.vireo.schemas.ControlKeys;
import io.vireo.schemas.Topic;
import io.vireo.schemas.Topics;
import io.vireo.schemas.UndecodableRecordException;
import io.vireo.schemas.avro.Domains;
import io.vireo.schemas.avro.DomainsObserved;
import io.vireo.schemas.avro.LauncherPods;
import io.vireo.schemas.avro.NodeTransition;
import io.vireo.schemas.avro.PodsObserved;
import io.vireo.schemas.avro.Vmi;
import io.vireo.schemas.avro.VmiDeleted;
import io.vireo.schemas.avro.VmiDesired;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What earlier starts wrote, read back from the compacted topics. A record that cannot be read
 * counts as never written, so its object is written anew.
 */
public final class Past {

  private static final Logger log = LoggerFactory.getLogger(Past.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final List<Topic<?>> TOPICS =
      List.of(
          Topics.VMI_DESIRED, Topics.POD_OBSERVED, Topics.DOMAIN_OBSERVED, Topics.NODE_TRANSITIONS);

  private final Map<String, VmiDesired> vmis = new HashMap<>();
  private final Map<String, PodsObserved> pods = new HashMap<>();
  private final Map<String, DomainsObserved> domains = new HashMap<>();
  private final Map<String, NodeTransition> nodes = new HashMap<>();

  private final Map<TopicPartition, Long> ends;

  private Past(Map<TopicPartition, Long> ends) {
    this.ends = Map.copyOf(ends);
  }

  /**
   * Reads all four topics to their ends of now. Polls until it is there, so it blocks.
   *
   * @param consumer is left assigned; whoever gives it closes it
   * @param max how long nothing may come before the ends are reached
   * @throws IllegalStateException if that time passes
   */
  public static Past read(Consumer<String, byte[]> consumer, Duration max) {
    List<TopicPartition> partitions =
        TOPICS.stream()
            .flatMap(topic -> consumer.partitionsFor(topic.name()).stream())
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    Past past = new Past(consumer.endOffsets(partitions));
    long patience = Math.max(1, max.dividedBy(POLL));
    long idle = 0;
    long before = -1;
    while (true) {
      List<TopicPartition> unread =
          partitions.stream()
              .filter(partition -> consumer.position(partition) < past.end(partition))
              .toList();
      if (unread.isEmpty()) {
        break;
      }
      if (idle > patience) {
        throw new IllegalStateException(
            "Expected to read what was written before to its end, but for "
                + max
                + " nothing came of "
                + unread);
      }
      consumer.poll(POLL).forEach(past::take);
      long now = partitions.stream().mapToLong(consumer::position).sum();
      idle = now == before ? idle + 1 : 0;
      before = now;
    }
    log.atInfo()
        .addKeyValue("vmis", past.vmis.size())
        .addKeyValue("pods", past.pods.size())
        .addKeyValue("domains", past.domains.size())
        .addKeyValue("nodes", past.nodes.size())
        .log("Read what was written before");
    return past;
  }

  private long end(TopicPartition partition) {
    return ends.getOrDefault(partition, 0L);
  }

  private void take(ConsumerRecord<String, byte[]> record) {
    if (record.key() == null || ControlKeys.isControl(record.key())) {
      return;
    }
    if (record.topic().equals(Topics.VMI_DESIRED.name())) {
      keep(Topics.VMI_DESIRED, record, vmis);
    } else if (record.topic().equals(Topics.POD_OBSERVED.name())) {
      keep(Topics.POD_OBSERVED, record, pods);
    } else if (record.topic().equals(Topics.DOMAIN_OBSERVED.name())) {
      keep(Topics.DOMAIN_OBSERVED, record, domains);
    } else {
      keep(Topics.NODE_TRANSITIONS, record, nodes);
    }
  }

  private static <V extends SpecificRecord> void keep(
      Topic<V> topic, ConsumerRecord<String, byte[]> record, Map<String, V> newest) {
    newest.remove(record.key());
    if (record.value() == null) {
      return;
    }
    try {
      newest.put(record.key(), topic.decode(record.value()));
    } catch (UndecodableRecordException e) {
      log.atWarn()
          .addKeyValue("topic", record.topic())
          .addKeyValue("partition", record.partition())
          .addKeyValue("offset", record.offset())
          .addKeyValue("reason", e.reason())
          .log("A record of our own cannot be read and is written anew");
    }
  }

  /** Gives it to a core that has seen nothing yet. */
  public void restore(Intake intake, long nowMs) {
    vmis.values()
        .forEach(
            vmi -> {
              switch (vmi.getBody()) {
                case Vmi present -> intake.restoreVmi(FromAvro.vmi(present));
                case VmiDeleted gone ->
                    intake.restoreRemovedVmi(
                        new VmiRef(gone.getUid(), gone.getNamespace(), gone.getName()));
                default -> {}
              }
            });
    pods.values()
        .forEach(
            observed -> {
              if (observed.getBody() instanceof LauncherPods all) {
                intake.restorePods(
                    all.getVmiUid(), all.getPods().stream().map(FromAvro::pod).toList());
              }
            });
    domains
        .values()
        .forEach(
            observed -> {
              if (observed.getBody() instanceof Domains all) {
                intake.restoreDomains(
                    all.getVmiUid(), all.getDomains().stream().map(FromAvro::domain).toList());
              }
            });
    nodes.values().forEach(node -> intake.restoreNode(FromAvro.node(node), nowMs));
  }
}
