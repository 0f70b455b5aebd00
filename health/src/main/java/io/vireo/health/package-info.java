/**
 * What every long-running part of Vireo shows of itself over HTTP: {@code /healthz}, {@code
 * /readyz} and Prometheus {@code /metrics}.
 *
 * <p>{@link io.vireo.health.HealthServer} is the entry type: a component starts one, registers its
 * readiness checks and binds its meters to the registry. Four deployables share it (an ADR says why
 * it is a module). {@link io.vireo.health.Failpoint} marks the places where a fault test may end a
 * part. Deliberately absent: anything about topics, Kubernetes or virtual machines.
 */
@NullMarked
package io.vireo.health;

import org.jspecify.annotations.NullMarked;
