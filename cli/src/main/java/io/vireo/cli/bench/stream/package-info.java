/**
 * What {@code vireo bench stream} measures with. {@link io.vireo.cli.bench.stream.StreamRig} is a
 * broker and schedulers, each a process with the flags that the stack gives it, and nothing else.
 * {@link io.vireo.cli.bench.stream.Feeder} stands for ingest and writes the records of {@code
 * io.vireo.bench.FedVmi}; {@link io.vireo.cli.bench.stream.CommandWatch} stands for the executors
 * and notes when which command could be read; {@link io.vireo.cli.bench.stream.Backlog} says how
 * far the schedulers are.
 */
@NullMarked
package io.vireo.cli.bench.stream;

import org.jspecify.annotations.NullMarked;
