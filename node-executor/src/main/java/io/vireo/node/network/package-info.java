/**
 * Has a guest's network set up: takes from the launcher the descriptor of its namespace, gives it
 * with what is wanted to the node's network helper, and gives the launcher what the helper answers.
 */
@NullMarked
package io.vireo.node.network;

import org.jspecify.annotations.NullMarked;
