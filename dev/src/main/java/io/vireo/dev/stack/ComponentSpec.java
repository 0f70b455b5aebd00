package io.vireo.dev.stack;

import java.util.Map;
import java.util.Optional;

/**
 * One part of the stack that is a Java program.
 *
 * @param name unique in the stack, such as {@code ingest} or {@code node-executor-node1}
 * @param mainClass for a process of its own
 * @param starter the same, within this JVM
 * @param environment its settings, the same in both forms
 * @param jvmFlags for a process of its own
 * @param healthAddress where it serves health, if it does
 */
record ComponentSpec(
    String name,
    String mainClass,
    Starter starter,
    Map<String, String> environment,
    java.util.List<String> jvmFlags,
    Optional<String> healthAddress) {

  /** Starts a component within this JVM. */
  @FunctionalInterface
  interface Starter {
    AutoCloseable start(Map<String, String> environment) throws Exception;
  }
}
