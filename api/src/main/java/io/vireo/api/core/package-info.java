/**
 * What is stored of a manifest, and what is not: admission as pure functions.
 *
 * <p>Entry type: {@link io.vireo.api.core.Admission}. A request of the API server comes in as plain
 * trees ({@link io.vireo.api.core.AdmissionRequest}), with the cluster's configuration ({@link
 * io.vireo.api.core.ClusterConfiguration}) and whatever is generated ({@link
 * io.vireo.api.core.Generated}); an {@link io.vireo.api.core.AdmissionAnswer} goes out: the object
 * as it is to be stored, or every {@link io.vireo.api.core.Violation}.
 *
 * <p>Pure: no clock, no I/O, nothing random; the same request, configuration and generated values
 * give the same answer. Every input is bounded by the caller in bytes, and here in depth.
 *
 * <p>Absent on purpose: HTTP, AdmissionReview, JSON patches and certificates (package {@code
 * http}); the watch of configuration (package {@code kubernetes}).
 */
@NullMarked
package io.vireo.api.core;

import org.jspecify.annotations.NullMarked;
