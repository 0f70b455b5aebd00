/**
 * Admission over HTTPS: what API servers ask, and what they are answered.
 *
 * <p>{@link io.vireo.api.http.AdmissionServer} serves {@code /mutate} and {@code /validate}; {@code
 * Body} and {@code Room} bound what is taken in; {@code Question} asks whoever decides, and
 * measures; {@code Reviews} knows the JSON of an AdmissionReview. What is answered is decided in
 * {@code core}.
 *
 * <p>Deliberately absent: who asks. API servers do not say who they are here, and nothing is
 * changed or told by an answer, so whoever reaches the port learns how an object of his own would
 * be judged.
 */
@NullMarked
package io.vireo.api.http;

import org.jspecify.annotations.NullMarked;
