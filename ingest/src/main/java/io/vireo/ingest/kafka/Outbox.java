package io.vireo.ingest.kafka;

import io.micrometer.core.instrument.MeterRegistry;
import io.vireo.health.Failpoint;
import io.vireo.ingest.core.ListKind;
import io.vireo.ingest.core.Origin;
import io.vireo.ingest.core.Output;
import io.vireo.schemas.AvroCodec;
import io.vireo.schemas.CloudEvents;
import io.vireo.schemas.ControlKeys;
import io.vireo.schemas.Topic;
import io.vireo.schemas.Topics;
import io.vireo.schemas.avro.DomainListComplete;
import io.vireo.schemas.avro.DomainWatchGap;
import io.vireo.schemas.avro.DomainsObserved;
import io.vireo.schemas.avro.IngestIncarnation;
import io.vireo.schemas.avro.PodListComplete;
import io.vireo.schemas.avro.PodWatchGap;
import io.vireo.schemas.avro.PodsObserved;
import io.vireo.schemas.avro.VmDesired;
import io.vireo.schemas.avro.VmiDeleted;
import io.vireo.schemas.avro.VmiDesired;
import io.vireo.schemas.avro.VmiListComplete;
import io.vireo.schemas.avro.VmiOwnerListComplete;
import io.vireo.schemas.avro.VmiOwnerWatchGap;
import io.vireo.schemas.avro.VmiWatchGap;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Writes outputs. One thread writes; the order of its calls is the order in each partition. A write
 * that fails for good completes {@link #failure()}: from then on the books are wrong, and only a
 * new start mends that.
 */
public final class Outbox {

  private static final String SOURCE = "ingest";
  private static final List<Topic<?>> OF_A_VMI =
      List.of(Topics.VMI_DESIRED, Topics.POD_OBSERVED, Topics.DOMAIN_OBSERVED);

  /** Kind of a gap in what nodes report. */
  private static final String LOST_KIND = "Domain";

  private static final String LIST_COMPLETE = "list-complete";
  private static final int UNFINISHED_SWEEP = 1_000;

  private final Producer<String, byte[]> producer;
  private final MeterRegistry registry;
  private final String instance;
  private final long place;
  private final long incarnation;
  private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
  private List<CompletableFuture<Void>> unfinished = new ArrayList<>();
  private long count;

  private Outbox(
      Producer<String, byte[]> producer,
      MeterRegistry registry,
      String instance,
      long place,
      long firstStartMs) {
    this.producer = producer;
    this.registry = registry;
    this.instance = instance;
    this.place = place;
    this.incarnation = firstStartMs + place + 1;
  }

  /**
   * Takes the next place among the starts, and so a number, which {@link #since} makes one. The
   * future completes on the thread that calls the producer's callbacks.
   *
   * @param producer idempotent; whoever gives it closes it
   * @param instance name of this start, which no other has
   */
  public static CompletableFuture<Outbox> open(
      Producer<String, byte[]> producer, String instance, MeterRegistry registry, long nowMs) {
    IngestIncarnation start = new IngestIncarnation(instance, nowMs);
    ProducerRecord<String, byte[]> record =
        record(
            Topics.INGEST_INCARNATION,
            null,
            SOURCE,
            start,
            new Event(instance + "-" + nowMs, SOURCE, nowMs));
    CompletableFuture<Outbox> opened = new CompletableFuture<>();
    Failpoint.pass("ingest.incarnation.before");
    // The callback hears of failures.
    var unused =
        producer.send(
            record,
            (metadata, problem) -> {
              if (problem == null) {
                Failpoint.pass("ingest.incarnation.after");
                opened.complete(new Outbox(producer, registry, instance, metadata.offset(), 0));
              } else {
                opened.completeExceptionally(problem);
              }
            });
    return opened;
  }

  /**
   * The same with its number: a broker that lost its disk counts anew, so the time of the first
   * start that it remembers tells its starts from those before the loss.
   *
   * @param past as it was read after this start had its place
   * @throws IllegalStateException if the broker does not remember this start: it lost its disk
   *     since, and the place means nothing any more
   */
  public Outbox since(Past past) {
    if (!past.hasStart(place, instance)) {
      throw new IllegalStateException(
          "Expected Kafka to remember this start at offset "
              + place
              + ", but it does not: it has lost its disk since");
    }
    return new Outbox(producer, registry, instance, place, past.firstStartMs());
  }

  /** Offset of the record of this start. */
  long place() {
    return place;
  }

  /** Number of this start, higher than that of any before it. */
  public long incarnation() {
    return incarnation;
  }

  /** Completes when something could not be written. */
  public CompletableFuture<Throwable> failure() {
    return failure;
  }

  /** Writes one output to wherever it belongs. */
  public void write(Output output, long nowMs) {
    registry.counter("vireo.ingest.outputs", "kind", output.getClass().getSimpleName()).increment();
    String id = incarnation + "-" + ++count;
    switch (output) {
      case Output.VmiChanged changed ->
          send(
              Topics.VMI_DESIRED,
              changed.vmi().ref().uid(),
              new VmiDesired(incarnation, nowMs, ToAvro.vmi(changed.vmi())),
              new Event(id, changed.vmi().ref().subject(), nowMs));
      case Output.VmiRemoved removed ->
          send(
              Topics.VMI_DESIRED,
              removed.ref().uid(),
              new VmiDesired(
                  incarnation,
                  nowMs,
                  new VmiDeleted(
                      removed.ref().uid(), removed.ref().namespace(), removed.ref().name())),
              new Event(id, removed.ref().subject(), nowMs));
      case Output.OwnerChanged changed ->
          send(
              Topics.VM_DESIRED,
              changed.owner().ref().uid(),
              new VmDesired(incarnation, nowMs, ToAvro.owner(changed.owner())),
              new Event(id, changed.owner().ref().subject(), nowMs));
      case Output.OwnerRemoved removed ->
          send(
              Topics.VM_DESIRED,
              removed.ref().uid(),
              new VmDesired(incarnation, nowMs, ToAvro.deleted(removed.ref())),
              new Event(id, removed.ref().subject(), nowMs));
      case Output.PodsChanged changed ->
          send(
              Topics.POD_OBSERVED,
              changed.vmiUid(),
              new PodsObserved(incarnation, nowMs, ToAvro.pods(changed)),
              new Event(id, changed.subject(), nowMs));
      case Output.DomainsChanged changed ->
          send(
              Topics.DOMAIN_OBSERVED,
              changed.vmiUid(),
              new DomainsObserved(incarnation, nowMs, ToAvro.domains(changed)),
              new Event(id, changed.subject(), nowMs));
      case Output.ListCompleted completed ->
          control(
              completed.kind(), listComplete(completed.kind(), nowMs), LIST_COMPLETE, id, nowMs);
      case Output.WatchBroken broken ->
          control(broken.kind(), watchGap(broken, nowMs), "watch-gap", id, nowMs);
      case Output.ReportsLost lost ->
          control(
              Topics.DOMAIN_OBSERVED,
              LOST_KIND,
              new DomainsObserved(incarnation, nowMs, new DomainWatchGap(LOST_KIND, lost.reason())),
              "watch-gap",
              id,
              nowMs);
      case Output.Unusable unusable -> send(deadLetter(unusable, nowMs));
      case Output.NodeSaidAgain again -> transition(again.said(), again.partition(), id, nowMs);
      case Output.ListCompletedAgain again ->
          control(
              topic(again.kind()),
              again.partition(),
              again.kind().wireName(),
              listComplete(again.kind(), nowMs),
              LIST_COMPLETE,
              id,
              nowMs);
      case Output.NodeChanged changed -> {
        for (int partition = 0; partition < partitions(Topics.NODE_TRANSITIONS); partition++) {
          transition(changed, partition, id, nowMs);
        }
      }
      case Output.CommandOutcome outcome ->
          send(
              record(
                  Topics.OUTCOMES,
                  null,
                  outcome.end().vmiUid(),
                  ToAvro.outcome(outcome.node(), outcome.end()),
                  new Event(outcome.end().commandId(), outcome.subject(), nowMs)),
              "ingest.outcome");
      case Output.VmiForgotten forgotten -> {
        Event event = new Event(id, forgotten.subject(), nowMs);
        for (Topic<?> topic : OF_A_VMI) {
          send(record(topic, null, forgotten.vmiUid(), null, event), "ingest.forget");
        }
      }
      case Output.OwnerForgotten forgotten -> {
        Event event = new Event(id, forgotten.subject(), nowMs);
        send(record(Topics.VM_DESIRED, null, forgotten.uid(), null, event), "ingest.forget");
      }
    }
  }

  private SpecificRecord listComplete(ListKind kind, long nowMs) {
    return switch (kind) {
      case VMI -> new VmiDesired(incarnation, nowMs, new VmiListComplete(kind.wireName()));
      case VM, REPLICA_SET ->
          new VmDesired(incarnation, nowMs, new VmiOwnerListComplete(kind.wireName()));
      case POD -> new PodsObserved(incarnation, nowMs, new PodListComplete(kind.wireName()));
      case NODE -> new DomainsObserved(incarnation, nowMs, new DomainListComplete(kind.wireName()));
      case CLAIM -> throw noTopic(kind);
    };
  }

  private SpecificRecord watchGap(Output.WatchBroken broken, long nowMs) {
    String kind = broken.kind().wireName();
    return switch (broken.kind()) {
      case VMI -> new VmiDesired(incarnation, nowMs, new VmiWatchGap(kind, broken.reason()));
      case VM, REPLICA_SET ->
          new VmDesired(incarnation, nowMs, new VmiOwnerWatchGap(kind, broken.reason()));
      case POD -> new PodsObserved(incarnation, nowMs, new PodWatchGap(kind, broken.reason()));
      case NODE ->
          new DomainsObserved(incarnation, nowMs, new DomainWatchGap(kind, broken.reason()));
      case CLAIM -> throw noTopic(broken.kind());
    };
  }

  private static IllegalArgumentException noTopic(ListKind kind) {
    return new IllegalArgumentException(
        "Expected a kind with a topic of its own, but got " + kind.wireName());
  }

  private static ProducerRecord<String, byte[]> deadLetter(Output.Unusable unusable, long nowMs) {
    Origin origin = unusable.origin();
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(
            Topics.DEAD_LETTERS.name(),
            null,
            nowMs,
            origin.key(),
            AvroCodec.encode(ToAvro.deadLetter(unusable, nowMs)));
    CloudEvents.headers(
            origin.topic() + "-" + origin.partition() + "-" + origin.offset(),
            "dead-letter",
            unusable.component(),
            origin.topic(),
            nowMs)
        .forEach(record.headers()::add);
    return record;
  }

  private void control(ListKind kind, SpecificRecord value, String name, String id, long nowMs) {
    control(topic(kind), kind.wireName(), value, name, id, nowMs);
  }

  /** News of nodes goes to the topic of domains, which are what nodes report. */
  private static Topic<?> topic(ListKind kind) {
    return switch (kind) {
      case VMI -> Topics.VMI_DESIRED;
      case VM, REPLICA_SET -> Topics.VM_DESIRED;
      case POD -> Topics.POD_OBSERVED;
      case NODE -> Topics.DOMAIN_OBSERVED;
      case CLAIM -> throw noTopic(kind);
    };
  }

  private void control(
      Topic<?> topic, String kind, SpecificRecord value, String name, String id, long nowMs) {
    for (int partition = 0; partition < partitions(topic); partition++) {
      control(topic, partition, kind, value, name, id, nowMs);
    }
  }

  private void control(
      Topic<?> topic,
      int partition,
      String kind,
      SpecificRecord value,
      String name,
      String id,
      long nowMs) {
    String key = ControlKeys.of(kind + "-" + name, partition);
    send(record(topic, partition, key, value, new Event(id + "-" + partition, key, nowMs)));
  }

  private void transition(Output.NodeChanged said, int partition, String id, long nowMs) {
    SpecificRecord value = ToAvro.transition(said, incarnation, nowMs);
    Event event = new Event(id, said.node(), nowMs);
    send(
        record(Topics.NODE_TRANSITIONS, partition, said.node(), value, event), "ingest.transition");
  }

  private int partitions(Topic<?> topic) {
    return producer.partitionsFor(topic.name()).size();
  }

  /** CloudEvents attributes that differ from record to record. */
  private record Event(String id, String subject, long nowMs) {}

  private void send(Topic<?> topic, String key, @Nullable SpecificRecord value, Event event) {
    send(record(topic, null, key, value, event));
  }

  private static ProducerRecord<String, byte[]> record(
      Topic<?> topic,
      @Nullable Integer partition,
      String key,
      @Nullable SpecificRecord value,
      Event event) {
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(
            topic.name(),
            partition,
            event.nowMs(),
            key,
            value == null ? null : AvroCodec.encode(value));
    CloudEvents.headers(
            event.id(), CloudEvents.type(topic.valueType()), SOURCE, event.subject(), event.nowMs())
        .forEach(record.headers()::add);
    return record;
  }

  /** Writes a record that is no output, such as a dead letter. Thread-safe. */
  public void send(ProducerRecord<String, byte[]> record) {
    send(record, "ingest.write");
  }

  private void send(ProducerRecord<String, byte[]> record, String effect) {
    Failpoint.pass(effect + ".before");
    CompletableFuture<Void> written = new CompletableFuture<>();
    synchronized (this) {
      if (unfinished.size() >= UNFINISHED_SWEEP) {
        unfinished.removeIf(each -> each.isDone() && !each.isCompletedExceptionally());
      }
      unfinished.add(written);
    }
    // The callback hears of failures.
    var unused =
        producer.send(
            record,
            (metadata, problem) -> {
              if (problem == null) {
                Failpoint.pass(effect + ".after");
                written.complete(null);
              } else {
                failure.complete(problem);
                written.completeExceptionally(problem);
              }
            });
  }

  /** Completes once everything that was written until now is acknowledged. */
  public synchronized CompletableFuture<Void> allWritten() {
    List<CompletableFuture<Void>> before = unfinished;
    unfinished = new ArrayList<>();
    CompletableFuture<Void> all = CompletableFuture.allOf(before.toArray(CompletableFuture[]::new));
    if (!all.isDone()) {
      unfinished.add(all);
    }
    return all;
  }
}
