/**
 * Persistent volumes of the development stack: folders of this machine, made when a pod wants them.
 *
 * <ul>
 *   <li>{@link io.vireo.dev.storage.LocalProvisioner}: watches claims, makes and removes folders
 *   <li>{@link io.vireo.dev.storage.LocalVolumes}: which volume a claim gets; pure
 *   <li>{@link io.vireo.dev.storage.BlockDevices}: claims that want a block device; needs root
 * </ul>
 *
 * <p>The class is the default one, so that claims written for other clusters bind here. A volume is
 * on the node that the kube-scheduler chose for the first pod; it is as large as this machine's
 * disk, whatever was asked for, unless it is a block device.
 */
@NullMarked
package io.vireo.dev.storage;

import org.jspecify.annotations.NullMarked;
