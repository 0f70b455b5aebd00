/**
 * The API server over HTTP: {@link io.vireo.cluster.kubernetes.ApiServer}.
 *
 * <p>fabric8 gives configuration, credentials, TLS and the HTTP client; the requests are the core's
 * own JSON, so that no model classes are loaded and no answer is translated twice. Deliberately
 * absent: retries, which the core decides.
 */
@NullMarked
package io.vireo.cluster.kubernetes;

import org.jspecify.annotations.NullMarked;
