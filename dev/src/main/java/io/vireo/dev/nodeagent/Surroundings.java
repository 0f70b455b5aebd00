package io.vireo.dev.nodeagent;

import io.vireo.dev.images.ImageStore;
import java.nio.file.Path;

/**
 * What all pods of a node share.
 *
 * @param state the agent's folder
 * @param images where images are
 * @param api Kubernetes
 * @param tools programs of the machine
 * @param isRoot whether real user numbers can be used
 * @param exitWatch for attempts of earlier agents
 * @param devices who holds which
 * @param addresses who has which
 */
record Surroundings(
    Path state,
    ImageStore images,
    PodApi api,
    Tools tools,
    boolean isRoot,
    ExitWatch exitWatch,
    Devices devices,
    PodAddresses addresses) {}
