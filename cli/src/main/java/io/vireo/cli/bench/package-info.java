/**
 * {@code vireo bench}: what pods and virtual machines take on a real kubelet. {@link
 * io.vireo.cli.bench.PodsBench} runs the parts, {@link io.vireo.cli.bench.PodsReport} holds the
 * figures and prints them.
 */
@NullMarked
package io.vireo.cli.bench;

import org.jspecify.annotations.NullMarked;
