/**
 * {@code vireo bench}: what pods, virtual machines, disks, admission, the scheduler alone and
 * single functions take. {@link io.vireo.cli.bench.PodsBench}, {@link io.vireo.cli.bench.DiskBench}
 * and {@link io.vireo.cli.bench.AdmissionBench} measure; each has a report that holds the figures
 * and prints them. {@link io.vireo.cli.bench.Comparison} sets two reports side by side, and {@link
 * io.vireo.cli.bench.KeptReports} keeps them for {@code docs/performance.md}, which the tests
 * write.
 */
@NullMarked
package io.vireo.cli.bench;

import org.jspecify.annotations.NullMarked;
