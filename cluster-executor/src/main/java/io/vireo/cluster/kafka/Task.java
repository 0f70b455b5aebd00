package io.vireo.cluster.kafka;

import io.vireo.cluster.core.Command;

/**
 * A command and where it was read.
 *
 * @param key of the record and of its outcome
 * @param type name of the command's body record
 * @param again whether another executor may have read it before
 */
public record Task(
    Command command, String key, String type, int partition, long offset, boolean again) {}
