/**
 * The certificate that admission serves with, in one Secret for any number of replicas. {@code
 * CertificateBook} decides, from the Secret and the time, whether another is to be made and which
 * one is served; {@code SelfSigned} makes it; {@link io.vireo.api.certificate.CertificateKeeper}
 * carries that out. A certificate is its own authority: no key that could sign another is kept.
 */
@NullMarked
package io.vireo.api.certificate;

import org.jspecify.annotations.NullMarked;
