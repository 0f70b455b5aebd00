/** What is to be done in a namespace, as functions of what is there and what is wanted. */
@NullMarked
package io.vireo.podnet.core;

import org.jspecify.annotations.NullMarked;
