package io.vireo.node.launcher;

/** Namespace and name of a pod: all that the kubelet says about a device's owner. */
public record PodName(String namespace, String name) {}
