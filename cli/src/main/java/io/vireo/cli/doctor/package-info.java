/**
 * What the machine needs: {@link io.vireo.cli.doctor.Doctor} looks, {@link
 * io.vireo.cli.doctor.Repair} installs and builds.
 */
@NullMarked
package io.vireo.cli.doctor;

import org.jspecify.annotations.NullMarked;
