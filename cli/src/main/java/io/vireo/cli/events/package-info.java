/**
 * {@code vireo.vmi.events.v1} and {@code vireo.vm.events.v1} as any outside consumer reads them:
 * plain Kafka, schema by id from the registry.
 */
@NullMarked
package io.vireo.cli.events;

import org.jspecify.annotations.NullMarked;
