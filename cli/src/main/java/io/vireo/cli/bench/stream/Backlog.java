package io.vireo.cli.bench.stream;

import io.vireo.cli.Failure;
import io.vireo.cli.measure.Processes;
import io.vireo.schemas.KafkaConnection;
import io.vireo.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** How far the schedulers are, by the positions that they commit with what they decide. */
public final class Backlog implements AutoCloseable {

  private static final String GROUP = "vireo.scheduler";
  private static final String CHANGELOG = GROUP + "-vmis-changelog";
  private static final long LOOK_MS = 50;

  private static final Set<String> FED =
      Stream.of(Topics.VMI_DESIRED, Topics.POD_OBSERVED, Topics.DOMAIN_OBSERVED, Topics.OUTCOMES)
          .map(topic -> topic.name())
          .collect(Collectors.toSet());

  private final KafkaConnection kafka;
  private final Admin admin;

  /** Of the schedulers of this broker. */
  public Backlog(KafkaConnection kafka) {
    this.kafka = kafka;
    this.admin = Admin.create(kafka.clientSettings());
  }

  /**
   * How far they were at one moment.
   *
   * @param records that are decided upon and committed, of all that were ever fed
   * @param cpuMs processor time of the schedulers together
   */
  public record Sample(long atNanos, long records, long cpuMs) {}

  /** Now. */
  public Sample sample(List<StreamRig.Scheduler> schedulers)
      throws ExecutionException, InterruptedException, Failure {
    for (StreamRig.Scheduler each : schedulers) {
      each.check();
    }
    long records = LongStream.of(done()).sum();
    long cpu =
        schedulers.stream().mapToLong(each -> Processes.cpuMillis(each.pid()).orElse(0L)).sum();
    return new Sample(System.nanoTime(), records, cpu);
  }

  /** How many records of each partition are decided upon and committed. */
  public long[] done() throws ExecutionException, InterruptedException {
    long[] done = new long[StreamRig.PARTITIONS];
    Map<TopicPartition, OffsetAndMetadata> committed =
        admin.listConsumerGroupOffsets(GROUP).partitionsToOffsetAndMetadata().get();
    for (Map.Entry<TopicPartition, OffsetAndMetadata> each : committed.entrySet()) {
      if (FED.contains(each.getKey().topic()) && each.getValue() != null) {
        done[each.getKey().partition()] += each.getValue().offset();
      }
    }
    return done;
  }

  /** How many records of VMIs are on the topics. */
  public long written() throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    for (String topic : FED) {
      for (int partition = 0; partition < StreamRig.PARTITIONS; partition++) {
        ends.put(new TopicPartition(topic, partition), OffsetSpec.latest());
      }
    }
    return admin.listOffsets(ends).all().get().values().stream()
        .mapToLong(each -> each.offset())
        .sum();
  }

  /** Looks until so many records are done; gives what it saw. */
  public List<Sample> follow(
      List<StreamRig.Scheduler> schedulers, long records, long secondsMax, Consumer<String> detail)
      throws Exception {
    List<Sample> samples = new ArrayList<>();
    long deadline = System.nanoTime() + secondsMax * 1_000_000_000L;
    while (samples.isEmpty() || samples.getLast().records() < records) {
      samples.add(sample(schedulers));
      if (System.nanoTime() > deadline) {
        throw new Failure(
            "%d of %d records were decided upon within %d s"
                .formatted(samples.getLast().records(), records, secondsMax));
      }
      Thread.sleep(LOOK_MS);
    }
    return samples;
  }

  /**
   * What the changelog of the states holds.
   *
   * @param vmis how many
   * @param newestBytes of the newest value of each, with its key
   * @param allBytes of all values that are on the topic, with their keys
   */
  public record Stored(long vmis, long newestBytes, long allBytes) {}

  /** Reads it to its end. */
  public Stored stored() {
    Map<String, Object> settings = new HashMap<>(kafka.clientSettings());
    settings.put("isolation.level", "read_committed");
    Map<String, Long> newest = new HashMap<>();
    long all = 0;
    try (KafkaConsumer<String, byte[]> reader =
        new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          reader.partitionsFor(CHANGELOG).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      reader.assign(partitions);
      reader.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = reader.endOffsets(partitions);
      while (partitions.stream()
          .anyMatch(each -> reader.position(each) < ends.getOrDefault(each, 0L))) {
        for (var record : reader.poll(Duration.ofMillis(LOOK_MS))) {
          long bytes =
              (long) record.key().length() + (record.value() == null ? 0 : record.value().length);
          newest.put(record.key(), bytes);
          all += bytes;
        }
      }
    }
    return new Stored(
        newest.size(), newest.values().stream().mapToLong(Long::longValue).sum(), all);
  }

  /** Name of the changelog of the states. */
  public static String changelog() {
    return CHANGELOG;
  }

  @Override
  public void close() {
    admin.close();
  }
}
