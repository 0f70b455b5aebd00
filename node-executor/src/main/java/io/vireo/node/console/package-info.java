/** Serial consoles for people: WebSockets with a token, onto the launcher's stream. */
@NullMarked
package io.vireo.node.console;

import org.jspecify.annotations.NullMarked;
