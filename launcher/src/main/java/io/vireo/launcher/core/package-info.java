/**
 * The launcher's pure parts: options, control messages, checks of disk images, answers to the
 * guest.
 */
@NullMarked
package io.vireo.launcher.core;

import org.jspecify.annotations.NullMarked;
