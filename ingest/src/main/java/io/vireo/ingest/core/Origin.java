package io.vireo.ingest.core;

import org.jspecify.annotations.Nullable;

/** Where a record was read, and what stands for its value in a dead letter. */
public record Origin(
    String topic, int partition, long offset, @Nullable String key, String sha256, long size) {

  private static final String SHA256_OF_NOTHING =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  /** A pod of Kubernetes, which is no record: its version is the place, and it has no bytes. */
  static Origin ofPod(String podUid, long resourceVersion) {
    return new Origin("kubernetes/pods", -1, resourceVersion, podUid, SHA256_OF_NOTHING, 0);
  }
}
