package io.vireo.schemas;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Utils;

/** Which partition a key belongs to: Kafka's own rule, stated once for explicit sends. */
public final class Partitions {

  private Partitions() {}

  /** Partition of a key among {@code count}. */
  public static int of(String key, int count) {
    return Utils.toPositive(Utils.murmur2(key.getBytes(StandardCharsets.UTF_8))) % count;
  }
}
