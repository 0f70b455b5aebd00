/**
 * What admission takes from Kubernetes, and what it writes there.
 *
 * <p>{@link io.vireo.api.kubernetes.ConfigurationWatch} watches KubeVirt objects and writes a
 * condition to them; {@code ConfigurationChoice} decides which is in force. {@link
 * io.vireo.api.kubernetes.WebhookConfigurations} puts what is to be trusted into the two webhook
 * configurations, and nothing else.
 *
 * <p>Deliberately absent: virtual machines, which come with the requests only.
 */
@NullMarked
package io.vireo.api.kubernetes;

import org.jspecify.annotations.NullMarked;
