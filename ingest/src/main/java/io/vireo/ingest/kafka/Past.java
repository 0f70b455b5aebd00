package io.vireo.ingest.kafka;

import io.vireo.ingest.core.Book;
import io.vireo.ingest.core.Intake;
import io.vireo.ingest.core.Placement;
import io.vireo.ingest.core.VmiRef;
import io.vireo.schemas.Topics;
import io.vireo.schemas.UndecodableRecordException;
import io.vireo.schemas.avro.Domains;
import io.vireo.schemas.avro.DomainsObserved;
import io.vireo.schemas.avro.IngestIncarnation;
import io.vireo.schemas.avro.LauncherPods;
import io.vireo.schemas.avro.NodeTransition;
import io.vireo.schemas.avro.PodsObserved;
import io.vireo.schemas.avro.VmDesired;
import io.vireo.schemas.avro.Vmi;
import io.vireo.schemas.avro.VmiDeleted;
import io.vireo.schemas.avro.VmiDesired;
import io.vireo.schemas.avro.VmiOwner;
import io.vireo.schemas.avro.VmiOwnerDeleted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What earlier starts wrote, read back from the compacted topics. A record that cannot be read
 * counts as never written, so its object is written anew; so is what an earlier start wrote after a
 * later one.
 */
public final class Past {

  private static final Logger log = LoggerFactory.getLogger(Past.class);
  private static final Duration POLL = Duration.ofMillis(200);

  private static final TopicPartition STARTS =
      new TopicPartition(Topics.INGEST_INCARNATION.name(), 0);

  private record Key(Book book, int partition, String name) {}

  private final Map<Key, Written> newest = new HashMap<>();

  /** Values that stand after one of a higher incarnation in their partition. */
  private final Map<Key, Written> late = new HashMap<>();

  private final Map<TopicPartition, Long> highest = new HashMap<>();

  private final Map<TopicPartition, Long> ends;

  /** Names of the starts by their places. */
  private final Map<Long, String> starts = new HashMap<>();

  private long firstStartMs;

  private Past(Map<TopicPartition, Long> ends) {
    this.ends = Map.copyOf(ends);
  }

  /**
   * Reads all these topics, and when the first start was, to their ends of now. Polls until it is
   * there, so it blocks.
   *
   * @param consumer is left assigned; whoever gives it closes it
   * @param max how long nothing may come before the ends are reached
   * @throws IllegalStateException if that time passes
   */
  public static Past read(Consumer<String, byte[]> consumer, Duration max) {
    List<TopicPartition> written =
        Written.TOPICS.stream()
            .flatMap(topic -> consumer.partitionsFor(topic.name()).stream())
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    List<TopicPartition> partitions = new ArrayList<>(written);
    partitions.add(STARTS);
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    Past past = new Past(consumer.endOffsets(written));
    long patience = Math.max(1, max.dividedBy(POLL));
    long idle = 0;
    long before = -1;
    while (true) {
      List<TopicPartition> unread =
          partitions.stream()
              .filter(partition -> consumer.position(partition) < ends.getOrDefault(partition, 0L))
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
        .addKeyValue("values", past.newest.size())
        .addKeyValue("late", past.late.size())
        .log("Read what was written before");
    return past;
  }

  /** Whether the broker remembers this start at this place. */
  boolean hasStart(long place, String instance) {
    return instance.equals(starts.get(place));
  }

  /** When the first start was that the broker remembers, ms since the epoch. */
  long firstStartMs() {
    return firstStartMs;
  }

  private void takeStart(ConsumerRecord<String, byte[]> record) {
    try {
      IngestIncarnation start = Topics.INGEST_INCARNATION.decode(record.value());
      firstStartMs = starts.isEmpty() ? start.getStartedAt() : firstStartMs;
      starts.put(record.offset(), start.getInstance());
    } catch (UndecodableRecordException e) {
      log.atWarn().addKeyValue("offset", record.offset()).log("A start cannot be read");
    }
  }

  private void take(ConsumerRecord<String, byte[]> record) {
    if (record.topic().equals(STARTS.topic())) {
      takeStart(record);
      return;
    }
    if (record.key() == null) {
      return;
    }
    Key key = new Key(Written.book(record.topic()), record.partition(), record.key());
    if (record.value() == null) {
      newest.remove(key);
      late.remove(key);
      return;
    }
    Written written;
    try {
      written = Written.read(record);
    } catch (UndecodableRecordException e) {
      newest.remove(key);
      late.remove(key);
      log.atWarn()
          .addKeyValue("topic", record.topic())
          .addKeyValue("partition", record.partition())
          .addKeyValue("offset", record.offset())
          .addKeyValue("reason", e.reason())
          .log("A record of our own cannot be read and is written anew");
      return;
    }
    TopicPartition partition = new TopicPartition(record.topic(), record.partition());
    boolean isLate =
        written.incarnation() < highest.merge(partition, written.incarnation(), Math::max);
    if (written.isControl()) {
      return;
    }
    if (isLate) {
      // A start that should not write any more did: readers ignore it, but the topic holds it as
      // the newest of its key.
      late.put(key, written);
    } else {
      newest.put(key, written);
      late.remove(key);
    }
  }

  /** Places to read on from, to see who else writes. */
  public Map<TopicPartition, Long> ends() {
    return ends;
  }

  /** Gives it to a core that has seen nothing yet. */
  public void restore(Intake intake, long nowMs) {
    // What came late is older: where nothing newer is left it is all that is known.
    late.forEach(
        (key, written) -> {
          if (key.book() != Book.NODE) {
            restore(intake, written);
            intake.doubt(key.book(), key.name());
          }
        });
    newest.forEach(
        (key, written) -> {
          if (key.book() != Book.NODE) {
            restore(intake, written);
          }
        });
    restoreNodes(intake, nowMs);
  }

  private static void restore(Intake intake, Written written) {
    switch (written.value()) {
      case VmiDesired vmi -> restoreVmi(intake, vmi);
      case VmDesired owner -> restoreOwner(intake, owner);
      case PodsObserved observed -> {
        if (observed.getBody() instanceof LauncherPods all) {
          intake.restorePods(
              all.getVmiUid(),
              all.getPods().stream().map(FromAvro::pod).toList(),
              all.getPlacements().stream()
                  .map(placement -> new Placement(placement.getEpoch(), placement.getNode()))
                  .toList());
        }
      }
      case DomainsObserved observed -> {
        if (observed.getBody() instanceof Domains all) {
          intake.restoreDomains(
              all.getVmiUid(), all.getDomains().stream().map(FromAvro::domain).toList());
        }
      }
      default -> {}
    }
  }

  private static void restoreVmi(Intake intake, VmiDesired vmi) {
    switch (vmi.getBody()) {
      case Vmi present -> intake.restoreVmi(FromAvro.vmi(present));
      case VmiDeleted gone ->
          intake.restoreRemovedVmi(new VmiRef(gone.getUid(), gone.getNamespace(), gone.getName()));
      default -> {}
    }
  }

  private static void restoreOwner(Intake intake, VmDesired owner) {
    switch (owner.getBody()) {
      case VmiOwner present -> FromAvro.owner(present).ifPresent(intake::restoreOwner);
      case VmiOwnerDeleted gone -> FromAvro.deleted(gone).ifPresent(intake::restoreRemovedOwner);
      default -> {}
    }
  }

  /**
   * Each partition has its own copy of what was said of a node. A start that died between two of
   * them, or that wrote late, leaves them different.
   */
  private void restoreNodes(Intake intake, long nowMs) {
    Map<String, NodeTransition> last = new TreeMap<>();
    newest.forEach(
        (key, written) -> {
          if (written.value() instanceof NodeTransition node) {
            last.merge(
                key.name(),
                node,
                BinaryOperator.maxBy(
                    Comparator.comparingLong(NodeTransition::getIncarnation)
                        .thenComparingLong(NodeTransition::getObservedAt)));
          }
        });
    Set<Integer> partitions = new HashSet<>();
    ends.keySet().stream()
        .filter(partition -> Written.book(partition.topic()) == Book.NODE)
        .forEach(partition -> partitions.add(partition.partition()));
    last.forEach(
        (name, node) -> {
          intake.restoreNode(FromAvro.node(node), nowMs);
          boolean everywhere =
              partitions.stream()
                  .map(partition -> new Key(Book.NODE, partition, name))
                  .allMatch(
                      key -> {
                        Written copy = newest.get(key);
                        return copy != null && copy.value().equals(node) && !late.containsKey(key);
                      });
          if (!everywhere) {
            intake.doubt(Book.NODE, name);
          }
        });
  }
}
