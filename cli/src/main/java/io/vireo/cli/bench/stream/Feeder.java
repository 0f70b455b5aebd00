package io.vireo.cli.bench.stream;

import io.vireo.bench.FedVmi;
import io.vireo.bench.VmiLife;
import io.vireo.schemas.AvroCodec;
import io.vireo.schemas.ControlKeys;
import io.vireo.schemas.KafkaConnection;
import io.vireo.schemas.Partitions;
import io.vireo.schemas.Topic;
import io.vireo.schemas.Topics;
import io.vireo.schemas.avro.NodeState;
import io.vireo.schemas.avro.NodeTransition;
import io.vireo.schemas.avro.PodListComplete;
import io.vireo.schemas.avro.PodsObserved;
import io.vireo.schemas.avro.VmiDesired;
import io.vireo.schemas.avro.VmiListComplete;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Writes what ingest would. Records of many VMIs are mixed: the next one of a VMI follows only when
 * each other of its round had its turn. One thread feeds at a time.
 */
public final class Feeder implements AutoCloseable {

  /** Between two records of one VMI, so that what was decided upon the first is there. */
  private static final double ROUND_SECONDS = 0.25;

  private static final long LOOK_MS = 20;
  private static final Duration CLOSE_MAX = Duration.ofSeconds(5);

  private final KafkaProducer<String, byte[]> producer;
  private final Map<String, Long> dueAt = new ConcurrentHashMap<>();
  private final AtomicReference<Exception> problem = new AtomicReference<>();
  private long number;

  /** To this broker. */
  public Feeder(KafkaConnection kafka) {
    Map<String, Object> settings = new HashMap<>(kafka.clientSettings());
    // As ingest writes.
    settings.put("acks", "all");
    settings.put("enable.idempotence", true);
    settings.put("linger.ms", 0);
    producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
  }

  /** Every node is in order, and all that there is was listed. */
  public void listAll(int partitions) {
    long now = System.currentTimeMillis();
    for (int partition = 0; partition < partitions; partition++) {
      for (String node : StreamRig.NODES) {
        send(
            Topics.NODE_TRANSITIONS,
            partition,
            node,
            new NodeTransition(
                node,
                "uid-of-" + node,
                1L,
                NodeState.Eligible,
                "Heartbeat",
                1L,
                now,
                now,
                null,
                null));
      }
      send(
          Topics.VMI_DESIRED,
          partition,
          ControlKeys.of("Vmi", partition),
          new VmiDesired(1L, now, new VmiListComplete("Vmi")));
      send(
          Topics.POD_OBSERVED,
          partition,
          ControlKeys.of("Pod", partition),
          new PodsObserved(1L, now, new PodListComplete("Pod")));
    }
    producer.flush();
  }

  private void send(Topic<?> topic, int partition, String key, SpecificRecord value) {
    var unused =
        producer.send(
            new ProducerRecord<>(topic.name(), partition, key, AvroCodec.encode(value)),
            (where, failure) -> note(where, failure, 0));
  }

  private void note(RecordMetadata where, Exception failure, long due) {
    if (failure != null) {
      problem.compareAndSet(null, failure);
    } else if (due != 0) {
      dueAt.put(where.topic() + "-" + where.partition() + "-" + where.offset(), due);
    }
  }

  /** VMIs that were not fed before. */
  public List<FedVmi> next(int count) {
    long from = number;
    number += count;
    long now = System.currentTimeMillis();
    return LongStream.range(from, number)
        .mapToObj(
            n -> {
              String node = StreamRig.NODES.get((int) (n % StreamRig.NODES.size()));
              return FedVmi.of(VmiLife.of(n, node, now));
            })
        .toList();
  }

  /**
   * As fast as they are decided upon: a record follows when the one of the same VMI before it is
   * done, and half of the VMIs of each partition always have one that is not.
   *
   * @param done how many records of each partition are decided upon; all that were fed before are
   */
  public void feed(List<FedVmi> vmis, Callable<long[]> done) throws Exception {
    int[] most = new int[StreamRig.PARTITIONS];
    vmis.forEach(vmi -> most[partition(vmi.uid())]++);
    long[] before = done.call();
    long[] now = before;
    long[] sent = new long[StreamRig.PARTITIONS];
    for (Turn turn : turns(vmis, vmis.size())) {
      int p = partition(turn.uid());
      while (sent[p] - (now[p] - before[p]) >= Math.max(1, most[p] / 2)) {
        Thread.sleep(LOOK_MS);
        now = done.call();
      }
      sent[p]++;
      send(turn, 0);
    }
    flush();
  }

  private static int partition(String uid) {
    return Partitions.of(uid, StreamRig.PARTITIONS);
  }

  /**
   * So many records a second, each when it is due whether or not the one before was decided upon.
   *
   * @param goesOn ends it early when it turns false
   */
  public void feed(List<FedVmi> vmis, double rate, AtomicBoolean goesOn) throws Exception {
    long started = System.nanoTime();
    long sent = 0;
    for (Turn turn : turns(vmis, Math.max(1, (int) Math.round(rate * ROUND_SECONDS)))) {
      long due = started + Math.round(sent++ * 1e9 / rate);
      for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
        LockSupport.parkNanos(wait);
      }
      if (!goesOn.get() || Thread.interrupted()) {
        break;
      }
      send(turn, due);
    }
    flush();
  }

  private void send(Turn turn, long due) {
    FedVmi.Fed fed = turn.fed();
    var unused =
        producer.send(
            new ProducerRecord<>(fed.topic(), turn.uid(), fed.value()),
            (where, failure) -> note(where, failure, due));
  }

  private void flush() throws Exception {
    producer.flush();
    Exception failed = problem.get();
    if (failed != null) {
      throw failed;
    }
  }

  /** When each record was due, by topic, partition and offset. */
  public Map<String, Long> dueAt() {
    return Map.copyOf(dueAt);
  }

  record Turn(String uid, FedVmi.Fed fed) {}

  /** All first records of a round of VMIs, then all second ones and so on; then the next round. */
  static List<Turn> turns(List<FedVmi> vmis, int round) {
    List<Turn> turns = new ArrayList<>();
    for (int from = 0; from < vmis.size(); from += round) {
      List<FedVmi> those = vmis.subList(from, Math.min(vmis.size(), from + round));
      int most = those.stream().mapToInt(vmi -> vmi.records().size()).max().orElse(0);
      for (int i = 0; i < most; i++) {
        for (FedVmi vmi : those) {
          if (i < vmi.records().size()) {
            turns.add(new Turn(vmi.uid(), vmi.records().get(i)));
          }
        }
      }
    }
    return turns;
  }

  @Override
  public void close() {
    producer.close(CLOSE_MAX);
  }
}
