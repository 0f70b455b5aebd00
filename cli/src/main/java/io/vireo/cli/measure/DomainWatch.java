package io.vireo.cli.measure;

import io.vireo.cli.events.EventReader;
import io.vireo.schemas.AvroCodec;
import io.vireo.schemas.KafkaConnection;
import io.vireo.schemas.Topics;
import io.vireo.schemas.UndecodableRecordException;
import io.vireo.schemas.avro.Domains;
import io.vireo.schemas.avro.DomainsObserved;
import io.vireo.schemas.avro.ObservedDomain;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;

/** Reads from {@code vireo.domain.observed.v1} when each domain was first seen running. */
public final class DomainWatch implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration END_MAX = Duration.ofSeconds(5);

  private final KafkaConsumer<String, byte[]> consumer;
  private final Thread thread;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Map<String, Instant> running = new ConcurrentHashMap<>();

  private DomainWatch(KafkaConsumer<String, byte[]> consumer) {
    this.consumer = consumer;
    this.thread = Thread.ofPlatform().daemon().name("domain-watch").unstarted(this::read);
  }

  /** Begins with what is reported from now on. */
  public static DomainWatch start(KafkaConnection operator) {
    KafkaConsumer<String, byte[]> consumer = EventReader.consumer(operator);
    consumer.assign(
        consumer.partitionsFor(Topics.DOMAIN_OBSERVED.name()).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList());
    consumer.seekToEnd(consumer.assignment());
    // The end is looked up now, not with the first poll, or what comes meanwhile would be missed.
    consumer.assignment().forEach(consumer::position);
    DomainWatch watch = new DomainWatch(consumer);
    watch.thread.start();
    return watch;
  }

  /** When the node's executor saw the domain of this VMI run. */
  public Optional<Instant> running(String uid) {
    return Optional.ofNullable(running.get(uid));
  }

  /** When each domain was first seen running, by the VMI's uid. */
  public Map<String, Instant> running() {
    return Map.copyOf(running);
  }

  private void read() {
    try (consumer) {
      while (!closed.get()) {
        for (ConsumerRecord<String, byte[]> message : consumer.poll(POLL)) {
          if (message.value() != null) {
            take(AvroCodec.decode(DomainsObserved.class, message.value()));
          }
        }
      }
    } catch (WakeupException | InterruptException e) {
      // Closed.
    } catch (UndecodableRecordException e) {
      throw new IllegalStateException("Expected records of domains on the topic of domains", e);
    }
  }

  private void take(DomainsObserved observed) {
    if (observed.getBody() instanceof Domains domains) {
      for (ObservedDomain domain : domains.getDomains()) {
        if (domain.getState().toString().equals("running")) {
          running.putIfAbsent(
              domains.getVmiUid().toString(), Instant.ofEpochMilli(domain.getObservedAt()));
        }
      }
    }
  }

  @Override
  public void close() {
    closed.set(true);
    consumer.wakeup();
    try {
      thread.join(END_MAX);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
