/**
 * The api: what is stored of a manifest, decided when it is applied.
 *
 * <p>{@link io.vireo.api.ApiMain} puts it together: {@code core} decides, {@code http} serves it to
 * API servers, {@code certificate} keeps what that is served with, {@code kubernetes} watches the
 * configuration and tells API servers what to trust. Any number may run; none knows of another.
 *
 * <p>Deliberately absent: Kafka, and any write to a virtual machine.
 */
@NullMarked
package io.vireo.api;

import org.jspecify.annotations.NullMarked;
