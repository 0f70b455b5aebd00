package io.vireo.node.libvirt;

import io.vireo.node.core.AgentView;
import io.vireo.node.core.LaneState.DomainView;
import io.vireo.node.launcher.Launcher;
import java.io.IOException;

/**
 * libvirt in one launcher's pod. Calls come from one thread at a time, and may take long. An {@link
 * IOException} means that there is no answer, which says nothing about the domain.
 */
public interface Libvirt extends AutoCloseable {

  /** State of a domain that libvirt is just starting: active, and not running yet. */
  String STARTING = "starting";

  /** Opens connections. */
  @FunctionalInterface
  interface Connector {

    /**
     * Connects through a launcher.
     *
     * @param vmUid whose domain is meant
     * @param changed told, on any thread, that the domain is worth a look
     */
    Libvirt open(Launcher launcher, String vmUid, Runnable changed) throws IOException;
  }

  /** Whether calls can succeed. */
  boolean isAlive();

  /** What libvirt knows of the domain now; absent only if it said so. */
  DomainView look() throws IOException;

  /**
   * Asks the agent in the guest, which takes up to 20 s if it hangs. To be done on a connection of
   * its own: another call on the same one may have to wait meanwhile.
   */
  AgentView askAgent() throws IOException;

  /** Defines and creates the domain. */
  void create(String xml) throws IOException;

  /** Presses the power button; the guest's agent has no part in it. */
  void shutDown() throws IOException;

  /** Lets a paused domain go on; what failed before is tried again. */
  void resume() throws IOException;

  /** Ends it at once; takes up to 10 s when QEMU hangs. */
  void destroy() throws IOException;

  @Override
  void close();
}
