/**
 * The kubelet's side: the device plugin that gives each launcher pod its folder, and the
 * PodResources API, which says whose folder it is.
 */
@NullMarked
package io.vireo.node.kubelet;

import org.jspecify.annotations.NullMarked;
