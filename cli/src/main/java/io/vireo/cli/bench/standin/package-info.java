/**
 * Nodes that are stood in for, so that many virtual machines can be measured on a small machine:
 * {@link io.vireo.cli.bench.standin.StandInNodes} makes Node objects, tells the API server what
 * their kubelets would of launcher pods, and answers their commands on Kafka as their executors
 * would. Kubernetes, Kafka and all other parts of Vireo are real.
 */
@NullMarked
package io.vireo.cli.bench.standin;

import org.jspecify.annotations.NullMarked;
