package io.vireo.scheduler.core;

/** Which VMI: its uid, and the name that people use. */
public record VmiRef(String uid, String namespace, String name) {}
