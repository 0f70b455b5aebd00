package io.vireo.ingest.core;

import org.jspecify.annotations.Nullable;

/** Where a record was read, and what stands for its value in a dead letter. */
public record Origin(
    String topic, int partition, long offset, @Nullable String key, String sha256, long size) {}
