/**
 * The launchers' side: folders that the device plugin hands out, the control connection of each
 * launcher, and the streams through it. Everything that comes from a launcher is bounded: it may be
 * hostile. Nothing here opens a path inside a pod.
 */
@NullMarked
package io.vireo.node.launcher;

import org.jspecify.annotations.NullMarked;
