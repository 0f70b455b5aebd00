/**
 * Virtual machines from apply to gone, one after another, and what they took: {@link
 * io.vireo.cli.demo.Demo} runs the steps, {@link io.vireo.cli.demo.Report} holds the figures.
 */
@NullMarked
package io.vireo.cli.demo;

import org.jspecify.annotations.NullMarked;
