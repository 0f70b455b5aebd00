/**
 * Single functions of the hot paths, measured by JMH: {@link io.vireo.bench.core.DecisionBench},
 * {@link io.vireo.bench.core.OwnerBench}, {@link io.vireo.bench.core.StateBench}, {@link
 * io.vireo.bench.core.RecordBench}, {@link io.vireo.bench.core.DomainXmlBench} and {@link
 * io.vireo.bench.core.AdmissionBench}. {@link io.vireo.bench.core.CoreBench} runs them in JVMs of
 * their own and gives what each took. Inputs are those of {@link io.vireo.bench.VmiLife}.
 */
@NullMarked
package io.vireo.bench.core;

import org.jspecify.annotations.NullMarked;
