package io.vireo.schemas;

/**
 * Keys of control records on the observed topics: one key a kind and partition, so that compaction
 * keeps the newest of each. No uid can look like one: uids have no slash.
 */
public final class ControlKeys {

  private static final String PREFIX = "control/";

  private ControlKeys() {}

  /** Key of a control record of this kind in this partition; send it to that partition. */
  public static String of(String kind, int partition) {
    return PREFIX + kind + "/" + partition;
  }

  /**
   * Key of a control record that Kafka's own rule sends to this partition, for writers that name
   * none.
   *
   * @param count number of partitions
   */
  public static String hashedTo(String kind, int partition, int count) {
    String plain = of(kind, partition);
    String key = plain;
    for (int i = 0; Partitions.of(key, count) != partition; i++) {
      key = plain + "/" + i;
    }
    return key;
  }

  /** Whether a key is reserved for control records. */
  public static boolean isControl(String key) {
    return key.startsWith(PREFIX);
  }
}
