/** A guest's serial console, over the node-executor's WebSocket. */
@NullMarked
package io.vireo.cli.console;

import org.jspecify.annotations.NullMarked;
