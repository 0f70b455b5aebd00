/** The launcher's hands: files, libvirtd, QEMU's life, the connection to the executor. */
@NullMarked
package io.vireo.launcher.process;

import org.jspecify.annotations.NullMarked;
