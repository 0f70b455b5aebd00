package io.vireo.simulator;

import io.vireo.schemas.CanonicalJson;
import io.vireo.simulator.kafka.SimBroker;
import io.vireo.simulator.kafka.SimLog;
import io.vireo.simulator.kubernetes.SimApiServer.Change;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.apache.kafka.common.TopicPartition;

/** A running hash over everything that was written, in true order. */
final class Digest implements SimBroker.Listener {

  private final CRC32C records = new CRC32C();
  private final CRC32C objects = new CRC32C();

  @Override
  public void appended(TopicPartition partition, SimLog.Entry entry) {
    add(records, partition.toString());
    add(records, entry.offset() + "@" + entry.timestampMs());
    if (entry.value() != null) {
      records.update(entry.value());
    }
  }

  void changed(Change change) {
    add(
        objects,
        change.version() + change.type() + change.key() + CanonicalJson.write(change.object()));
  }

  private static void add(CRC32C hash, String text) {
    hash.update(text.getBytes(StandardCharsets.UTF_8));
  }

  String value() {
    return String.format("%08x%08x", records.getValue(), objects.getValue());
  }
}
