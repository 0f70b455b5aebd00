/**
 * Admission over HTTPS: {@link io.vireo.api.http.AdmissionServer} serves {@code /mutate} and {@code
 * /validate}, {@code Reviews} knows the JSON of an AdmissionReview. What is answered is decided in
 * {@code core}.
 */
@NullMarked
package io.vireo.api.http;

import org.jspecify.annotations.NullMarked;
