/**
 * Many VMIs one by one, on nodes without machines: {@link io.vireo.cli.bench.density.DensityLoad}
 * makes and watches them with Kubernetes' API alone, so that it can ask any control plane that
 * serves {@code kubevirt.io/v1}; {@link io.vireo.cli.bench.density.StackUsage} says what a stack of
 * Vireo's took for it.
 */
@NullMarked
package io.vireo.cli.bench.density;

import org.jspecify.annotations.NullMarked;
