/**
 * Other people's servers in containers, for tests of one module.
 *
 * <p>{@link io.vireo.containers.TestKafka} and {@link io.vireo.containers.TestKubernetes} start
 * one; {@code TestEngine} skips a test that cannot have it, and says why.
 */
@NullMarked
package io.vireo.containers;

import org.jspecify.annotations.NullMarked;
