package io.vireo.api.core;

import java.time.Instant;
import java.util.UUID;

/**
 * What a new object may need and no function can know.
 *
 * @param now the time of the request
 * @param uuid a fresh one
 */
public record Generated(Instant now, UUID uuid) {}
