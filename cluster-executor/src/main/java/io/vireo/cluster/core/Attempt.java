package io.vireo.cluster.core;

/**
 * Under which circumstances a plan begins.
 *
 * @param again whether the command may have had its effect already, wholly or in part: it was tried
 *     before, or another executor may have read it
 */
record Attempt(boolean again, long nowMs) {}
