/**
 * What there is to see of virtual machines and their pods from outside: {@link
 * io.vireo.cli.measure.VmiWatch} and {@link io.vireo.cli.measure.DomainWatch} see when, {@link
 * io.vireo.cli.measure.PodMemory} how much, {@link io.vireo.cli.measure.Percentiles} what many come
 * to.
 */
@NullMarked
package io.vireo.cli.measure;

import org.jspecify.annotations.NullMarked;
