/**
 * Nodes as the record knows them, and an administrator's word about one. {@link
 * io.vireo.cli.nodes.NodeStandings} reads {@code vireo.node.transitions.v1}; {@link
 * io.vireo.cli.nodes.NodeRequests} writes a request and waits for what became of it. Nothing here
 * decides: ingest does.
 */
@NullMarked
package io.vireo.cli.nodes;

import org.jspecify.annotations.NullMarked;
