package io.vireo.scheduler.spec;

/** An enum constant with the name that the API gives it. */
interface WireName {
  String wireName();
}
