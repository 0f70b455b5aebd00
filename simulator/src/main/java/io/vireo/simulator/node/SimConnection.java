package io.vireo.simulator.node;

import io.vireo.node.launcher.Launcher;
import io.vireo.node.launcher.LauncherListener;
import io.vireo.node.launcher.Message;
import io.vireo.node.launcher.PodName;
import io.vireo.simulator.engine.Fifo;
import io.vireo.simulator.engine.SimProcess;

/**
 * A launcher's control connection to its executor: in order both ways, until either end is gone.
 */
public final class SimConnection implements Launcher {

  private final SimLauncher launcher;
  private final SimProcess executor;
  private final LauncherListener listener;
  private final long id;
  private final Fifo toExecutor;
  private final Fifo toLauncher;
  private boolean open = true;

  /** A connection that the executor has accepted. */
  public SimConnection(
      SimLauncher launcher, SimProcess executor, LauncherListener listener, long id) {
    this.launcher = launcher;
    this.executor = executor;
    this.listener = listener;
    this.id = id;
    this.toExecutor = new Fifo(executor, 3);
    this.toLauncher = new Fifo(launcher.process(), 3);
  }

  void hello(Message hello) {
    toExecutor.execute(() -> listener.connected(this, hello));
  }

  /** The launcher says something. */
  void tell(Message message) {
    toExecutor.execute(
        () -> {
          if (open) {
            listener.received(this, message);
          }
        });
  }

  /** Whether both ends are there. */
  public boolean isOpen() {
    return open && executor.isAlive() && launcher.process().isAlive();
  }

  /** The launcher is gone. */
  void lost() {
    if (open) {
      open = false;
      toExecutor.execute(() -> listener.lost(this));
    }
  }

  /** The guest behind it. */
  public SimGuest guest() {
    return launcher.guest();
  }

  @Override
  public long id() {
    return id;
  }

  @Override
  public String uid() {
    return launcher.guest().place().uid();
  }

  @Override
  public long epoch() {
    return launcher.guest().place().epoch();
  }

  @Override
  public PodName pod() {
    return new PodName("default", launcher.guest().place().pod());
  }

  @Override
  public void send(Message message) {
    toLauncher.execute(
        () -> {
          if (open) {
            launcher.received(this, message);
          }
        });
  }

  @Override
  public void close() {
    if (open) {
      lost();
      launcher.redial(this);
    }
  }
}
