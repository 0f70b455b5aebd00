/**
 * The certificate that admission serves with, in one Secret for any number of replicas.
 *
 * <p>{@code CertificateBook} decides, from the Secret and the time, whether another is to be made
 * and which one is served; {@code CertificateSecret} knows the Secret's form; {@code SelfSigned}
 * makes certificates; {@link io.vireo.api.certificate.CertificateKeeper} carries out what was
 * decided. {@link io.vireo.api.certificate.CertificateFiles} is for one that somebody else keeps.
 *
 * <p>A certificate is its own authority: no key that could sign another is kept. The next one is
 * trusted before it is served, and the one before is trusted for a while after, so replicas may
 * hear of a change at different times.
 */
@NullMarked
package io.vireo.api.certificate;

import org.jspecify.annotations.NullMarked;
