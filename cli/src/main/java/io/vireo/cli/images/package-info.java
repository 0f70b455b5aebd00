/** What {@code vireo images} shows of images, and how it hands them to a container engine. */
@NullMarked
package io.vireo.cli.images;

import org.jspecify.annotations.NullMarked;
