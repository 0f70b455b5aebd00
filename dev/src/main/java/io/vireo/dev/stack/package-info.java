/**
 * The whole of Vireo on one machine: Kafka, a Kubernetes control plane, node agents and Vireo's own
 * parts, started in order and stopped in reverse.
 *
 * <p>{@link io.vireo.dev.stack.StackMain} is the supervisor process; {@link
 * io.vireo.dev.stack.StackClient} starts and stops it from the command line or a test. {@link
 * io.vireo.dev.stack.StateDir} knows every path below {@code .vireo/}; {@link
 * io.vireo.dev.stack.StackFile} is what a running stack says of itself. Each part of Vireo is a
 * {@link io.vireo.dev.stack.ComponentSpec}: a main class and its environment, run within the
 * supervisor or, with {@code --separate}, in a process of its own, so that it can be killed and
 * measured. Deliberately absent: rules about virtual machines.
 */
@NullMarked
package io.vireo.dev.stack;

import org.jspecify.annotations.NullMarked;
