/**
 * The contract between Vireo's parts: topics, the Avro records they carry, and how both travel.
 *
 * <p>{@link io.vireo.schemas.Topics} is the catalogue of topics. {@link io.vireo.schemas.AvroCodec}
 * turns records into bytes and back (registry wire format: a zero byte, a 4-byte schema id, Avro
 * binary). Schema ids are fingerprints that every machine computes alike ({@link
 * io.vireo.schemas.SchemaCatalogue}), so that no registry has to be up for Vireo to work; a
 * registry facade serves the same ids to others. {@link io.vireo.schemas.CloudEvents} adds the
 * {@code ce_*} headers; {@link io.vireo.schemas.DeadLetters} is the envelope for what cannot be
 * used. {@link io.vireo.schemas.VmiEventType} is the catalogue of facts on {@code
 * vireo.vmi.events.v1}. {@link io.vireo.schemas.OwnedFields} names what Vireo owns in a Kubernetes
 * object and hashes it.
 *
 * <p>Every other module depends on this one; it depends on none of ours. Deliberately absent: rules
 * about virtual machines, clients of Kafka or Kubernetes with a life of their own.
 */
@NullMarked
package io.vireo.schemas;

import org.jspecify.annotations.NullMarked;
