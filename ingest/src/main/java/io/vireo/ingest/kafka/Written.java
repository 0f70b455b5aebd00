package io.vireo.ingest.kafka;

import io.vireo.ingest.core.Book;
import io.vireo.ingest.core.Input;
import io.vireo.ingest.core.ListKind;
import io.vireo.ingest.core.OwnerRef;
import io.vireo.ingest.core.OwnerSnapshot;
import io.vireo.ingest.core.VmiRef;
import io.vireo.schemas.ControlKeys;
import io.vireo.schemas.Topic;
import io.vireo.schemas.Topics;
import io.vireo.schemas.UndecodableRecordException;
import io.vireo.schemas.avro.DomainListComplete;
import io.vireo.schemas.avro.DomainsObserved;
import io.vireo.schemas.avro.NodeTransition;
import io.vireo.schemas.avro.PodListComplete;
import io.vireo.schemas.avro.PodsObserved;
import io.vireo.schemas.avro.VmDesired;
import io.vireo.schemas.avro.Vmi;
import io.vireo.schemas.avro.VmiDesired;
import io.vireo.schemas.avro.VmiListComplete;
import io.vireo.schemas.avro.VmiOwner;
import io.vireo.schemas.avro.VmiOwnerListComplete;
import java.util.List;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A record that some start of ingest wrote.
 *
 * @param book which topic it stands in
 * @param incarnation of the start that wrote it
 * @param value as the topic has it
 */
record Written(Book book, String key, int partition, long incarnation, SpecificRecord value) {

  /** Topics that hold the newest of each key, all written by ingest alone. */
  static final List<Topic<?>> TOPICS =
      List.of(
          Topics.VMI_DESIRED,
          Topics.VM_DESIRED,
          Topics.POD_OBSERVED,
          Topics.DOMAIN_OBSERVED,
          Topics.NODE_TRANSITIONS);

  static Book book(String topic) {
    if (topic.equals(Topics.VMI_DESIRED.name())) {
      return Book.VMI;
    }
    if (topic.equals(Topics.VM_DESIRED.name())) {
      return Book.OWNER;
    }
    if (topic.equals(Topics.POD_OBSERVED.name())) {
      return Book.PODS;
    }
    return topic.equals(Topics.DOMAIN_OBSERVED.name()) ? Book.DOMAINS : Book.NODE;
  }

  /** Reads a record that has a key and is no tombstone. */
  static Written read(ConsumerRecord<String, byte[]> record) throws UndecodableRecordException {
    Book book = book(record.topic());
    SpecificRecord value =
        switch (book) {
          case VMI -> Topics.VMI_DESIRED.decode(record.value());
          case OWNER -> Topics.VM_DESIRED.decode(record.value());
          case PODS -> Topics.POD_OBSERVED.decode(record.value());
          case DOMAINS -> Topics.DOMAIN_OBSERVED.decode(record.value());
          case NODE -> Topics.NODE_TRANSITIONS.decode(record.value());
        };
    long incarnation =
        switch (value) {
          case VmiDesired vmi -> vmi.getIncarnation();
          case VmDesired owner -> owner.getIncarnation();
          case PodsObserved pods -> pods.getIncarnation();
          case DomainsObserved domains -> domains.getIncarnation();
          case NodeTransition node -> node.getIncarnation();
          default -> throw new IllegalStateException("Expected a value of " + record.topic());
        };
    return new Written(book, record.key(), record.partition(), incarnation, value);
  }

  boolean isControl() {
    return ControlKeys.isControl(key);
  }

  /** What is to be done about it when it came from a start that should not write any more. */
  Optional<Input> overwrites() {
    if (!isControl()) {
      return Optional.of(new Input.Overwritten(book, key, vmi(), owner(), partition));
    }
    Object body =
        switch (value) {
          case VmiDesired vmi -> vmi.getBody();
          case VmDesired owner -> owner.getBody();
          case PodsObserved pods -> pods.getBody();
          case DomainsObserved domains -> domains.getBody();
          default -> value;
        };
    return switch (body) {
      case VmiListComplete complete ->
          Optional.of(new Input.ListOverwritten(ListKind.VMI, partition));
      case VmiOwnerListComplete complete ->
          ListKind.owner(complete.getKind())
              .map(kind -> new Input.ListOverwritten(kind, partition));
      case PodListComplete complete ->
          Optional.of(new Input.ListOverwritten(ListKind.POD, partition));
      case DomainListComplete complete ->
          Optional.of(new Input.ListOverwritten(ListKind.NODE, partition));
      // A gap that was told twice does no harm.
      default -> Optional.empty();
    };
  }

  private @Nullable VmiRef vmi() {
    return value instanceof VmiDesired desired && desired.getBody() instanceof Vmi vmi
        ? new VmiRef(vmi.getUid(), vmi.getNamespace(), vmi.getName())
        : null;
  }

  private @Nullable OwnerRef owner() {
    return value instanceof VmDesired desired && desired.getBody() instanceof VmiOwner owner
        ? FromAvro.owner(owner).map(OwnerSnapshot::ref).orElse(null)
        : null;
  }
}
