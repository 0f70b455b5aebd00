/**
 * What admission takes from Kubernetes and puts there: the configuration of the cluster ({@link
 * io.vireo.api.kubernetes.ConfigurationWatch}), and where and how API servers reach it ({@link
 * io.vireo.api.kubernetes.WebhookConfigurations}).
 */
@NullMarked
package io.vireo.api.kubernetes;

import org.jspecify.annotations.NullMarked;
