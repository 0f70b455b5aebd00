package io.vireo.simulator.node;

import io.vireo.node.core.AgentView;
import io.vireo.node.core.LaneState;
import io.vireo.node.libvirt.Libvirt;
import java.io.IOException;
import java.util.List;

/** The executor's connection to the libvirt of one launcher. */
public final class SimLibvirt implements Libvirt {

  private static final String EXECUTOR = "executor";

  private final SimConnection connection;
  private boolean closed;

  /** Connected, as long as the launcher is. */
  public SimLibvirt(SimConnection connection, Runnable changed) {
    this.connection = connection;
    connection
        .guest()
        .tellChange(
            () -> {
              if (isAlive()) {
                changed.run();
              }
            });
  }

  private SimGuest guest() throws IOException {
    if (!isAlive()) {
      throw new IOException("The launcher is gone");
    }
    return connection.guest();
  }

  @Override
  public boolean isAlive() {
    return !closed && connection.isOpen();
  }

  @Override
  public LaneState.DomainView look() throws IOException {
    SimGuest guest = guest();
    String state = guest.state();
    return new LaneState.DomainView(
        state, guest.reason(), state.equals("running") ? "pc-q35-7.2" : null, List.of());
  }

  @Override
  public AgentView askAgent() throws IOException {
    throw new IOException("The guests of this world have no agent");
  }

  @Override
  public void create(String xml) throws IOException {
    guest().create(xml);
  }

  @Override
  public void shutDown() throws IOException {
    guest().shutDown(EXECUTOR);
  }

  @Override
  public void resume() throws IOException {
    // No disk of this world fails, so nothing is paused.
    guest();
  }

  @Override
  public void destroy() throws IOException {
    guest().destroy(EXECUTOR);
  }

  @Override
  public void close() {
    closed = true;
  }
}
