package io.vireo.dev.stack;

import io.vireo.dev.controlplane.ControlPlane;
import io.vireo.dev.process.ManagedProcess;
import io.vireo.dev.process.ProcessSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts again every process of a stack that has ended, as a kubelet would: for fault tests. The
 * parts of Kubernetes itself are left alone. Close it before the stack is stopped, or it would
 * start what was stopped. Thread-safe.
 */
public final class Watchdog implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);
  private static final Duration LOOK = Duration.ofMillis(200);
  private static final Duration END_MAX = Duration.ofSeconds(10);

  private final StateDir state;
  private final Thread thread;
  private final Set<String> left = ConcurrentHashMap.newKeySet();
  private final List<String> restarts = new CopyOnWriteArrayList<>();

  private Watchdog(StateDir state) {
    this.state = state;
    this.thread = Thread.ofPlatform().daemon().name("stack-watchdog").unstarted(this::watch);
  }

  static Watchdog start(StateDir state) {
    Watchdog watchdog = new Watchdog(state);
    watchdog.thread.start();
    return watchdog;
  }

  /** Leaves this part dead when it ends, until {@link #mind}. */
  public synchronized void leave(String name) {
    left.add(name);
  }

  /** Takes {@link #leave} back. */
  public void mind(String name) {
    left.remove(name);
  }

  /** Names of the parts that were started again so far, in order. */
  public List<String> restarts() {
    return new ArrayList<>(restarts);
  }

  private void watch() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        look();
        Thread.sleep(LOOK);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A part that ends again and again is tried again and again. */
  private synchronized void look() {
    try {
      for (ProcessSpec spec : SupervisorFiles.savedSpecs(state)) {
        if (!ControlPlane.PARTS.contains(spec.name())
            && !left.contains(spec.name())
            && startIfDead(spec)) {
          restarts.add(spec.name());
        }
      }
    } catch (IOException | UncheckedIOException e) {
      // The stack's folder changes beneath us, or the program ended at once: the next look tells.
      LOG.atWarn().addKeyValue("state", state.root()).setCause(e).log("Part not started again");
    }
  }

  /** One starter at a time, or two of this JVM could start the same part twice. */
  static boolean startIfDead(ProcessSpec spec) throws IOException {
    synchronized (Watchdog.class) {
      if (ManagedProcess.adopt(spec).isPresent()) {
        return false;
      }
      ManagedProcess.start(spec);
      return true;
    }
  }

  /** Looks no more. What runs goes on. */
  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join(END_MAX);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
