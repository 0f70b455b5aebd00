/**
 * Container images without a registry: an OCI image layout in a folder, written and read by Vireo's
 * development tools and readable by any other that knows the format.
 *
 * <ul>
 *   <li>{@link io.vireo.dev.images.ImageStore}: the folder; finds an image by its reference and
 *       unpacks it once per content
 *   <li>{@link io.vireo.dev.images.ImageWriter}: makes an image; the same input gives the same
 *       digest
 *   <li>{@link io.vireo.dev.images.Layer}, {@link io.vireo.dev.images.ImageConfig}: what an image
 *       is made of
 *   <li>{@link io.vireo.dev.images.LayerTar}, {@link io.vireo.dev.images.LayerUnpack}: tar in both
 *       directions; what is unpacked is not trusted
 * </ul>
 */
@NullMarked
package io.vireo.dev.images;

import org.jspecify.annotations.NullMarked;
