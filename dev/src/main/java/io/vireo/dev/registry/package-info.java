/**
 * The Confluent-compatible face of Vireo's schemas, so that kcat or any Avro consumer can decode
 * the topics.
 *
 * <p>{@link io.vireo.dev.registry.SchemaRegistryServer} serves, read-only, the schemas that {@code
 * io.vireo.schemas.SchemaCatalogue} holds, under the ids that Vireo's records carry. Deliberately
 * absent: registration of foreign schemas; Vireo's topics carry Vireo's records.
 */
@NullMarked
package io.vireo.dev.registry;

import org.jspecify.annotations.NullMarked;
