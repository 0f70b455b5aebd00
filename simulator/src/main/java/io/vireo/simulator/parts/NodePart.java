package io.vireo.simulator.parts;

import io.vireo.node.Loop;
import io.vireo.node.NodeExecutor;
import io.vireo.node.Workers;
import io.vireo.node.core.MachineCapabilities;
import io.vireo.node.core.NodeIdentity;
import io.vireo.node.launcher.PodName;
import io.vireo.node.network.GuestNetworks;
import io.vireo.simulator.engine.Fifo;
import io.vireo.simulator.engine.SimProcess;
import io.vireo.simulator.kafka.SimConsumer;
import io.vireo.simulator.kafka.SimProducer;
import io.vireo.simulator.node.SimConnection;
import io.vireo.simulator.node.SimLauncher;
import io.vireo.simulator.node.SimLibvirt;
import io.vireo.simulator.node.SimMachine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The executor of one machine. A lock on its disk keeps a second one from starting beside it. */
public final class NodePart extends Part {

  /** Of a machine that can run what lives ask for. */
  private static final MachineCapabilities CAPABILITIES =
      new MachineCapabilities(List.of("pc", "q35"), List.of("qemu64"), List.of("qemu64"));

  private final SimMachine machine;
  private NodeDisk disk = new NodeDisk(NodeIdentity.unknown());
  private @Nullable NodeExecutor executor;
  private @Nullable SimProcess lockedBy;
  private long sessions;

  /** An executor. */
  public NodePart(World world, SimMachine machine) {
    super(world, "node-executor-" + machine.name());
    this.machine = machine;
  }

  /** Its machine. */
  public SimMachine machine() {
    return machine;
  }

  @Override
  protected void begin(SimProcess process) {
    SimProcess holder = lockedBy;
    if (!machine.isUp()) {
      process.kill();
      return;
    }
    if (holder != null && holder.isAlive()) {
      failed(process, new IllegalStateException("The state folder is locked"));
      return;
    }
    lockedBy = process;
    sessions = Math.max(sessions + 1, process.millis());
    try {
      run(process, open(process));
    } catch (IOException e) {
      failed(process, e);
    }
  }

  private NodeExecutor open(SimProcess process) throws IOException {
    Fifo loop = new Fifo(process, 2);
    return new NodeExecutor(
        machine.name(),
        process.millis(),
        CAPABILITIES,
        new NodeExecutor.Ports(
            disk,
            disk,
            topic ->
                world
                    .broker()
                    .topicId(topic)
                    .filter(id -> world.network().connects(name(), "kafka"))
                    .map(CompletableFuture::completedFuture)
                    .orElseGet(
                        () ->
                            CompletableFuture.failedFuture(
                                new IllegalStateException("No such topic, or no answer"))),
            SimConsumer.of(process, world.broker(), world.network(), null, true, waking(turns, 0)),
            SimProducer.of(process, world.broker(), world.network()),
            loopOf(process, loop),
            process,
            workers(process),
            (launcher, uuid, changed) -> new SimLibvirt((SimConnection) launcher, changed),
            GuestNetworks.none(),
            this::launcherPods),
        world.registry());
  }

  private final Turns[] turns = new Turns[2];

  private void run(SimProcess process, NodeExecutor fresh) {
    executor = fresh;
    turns[0] = new Turns(process, () -> commandTurn(fresh), 400).patient();
    turns[1] = new Turns(process, () -> reportTurn(fresh), 100);
    turns[0].wake();
    turns[1].wake();
    fresh.start();
  }

  private static CompletableFuture<?> commandTurn(NodeExecutor executor) {
    try {
      return executor.commandTurn(Duration.ZERO);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static CompletableFuture<?> reportTurn(NodeExecutor executor) {
    try {
      executor.reportTurn(Duration.ZERO);
      return CompletableFuture.completedFuture(null);
    } catch (InterruptedException e) {
      throw new IllegalStateException("Expected nothing to wait", e);
    }
  }

  private Loop loopOf(SimProcess process, Fifo fifo) {
    return new Loop() {
      @Override
      public void execute(Runnable work) {
        fifo.execute(() -> guarded(process, work));
      }

      @Override
      public void schedule(Runnable work, long delayMs) {
        fifo.schedule(() -> guarded(process, work), delayMs);
      }
    };
  }

  private static Workers workers(SimProcess process) {
    return name -> {
      Fifo queue = new Fifo(process, 8);
      return new Workers.Worker() {
        @Override
        public void execute(Runnable work) {
          queue.execute(work);
        }

        @Override
        public void close() {
          // What was handed in is still done.
        }
      };
    };
  }

  private CompletableFuture<Set<PodName>> launcherPods() {
    return machine.kubeletProcess().isPresent()
        ? CompletableFuture.completedFuture(machine.podNames())
        : CompletableFuture.failedFuture(new IOException("The kubelet does not answer"));
  }

  /** Takes a launcher that dials in; empty while there is nobody. */
  public Optional<SimConnection> accept(SimLauncher launcher) {
    NodeExecutor current = executor;
    if (current == null || !process().isAlive() || process().isPaused()) {
      return Optional.empty();
    }
    return Optional.of(new SimConnection(launcher, process(), current.launchers(), ++sessions));
  }

  /** Somebody starts a second executor while the first runs; the lock turns it away. */
  public void startSecond() {
    if (process().isAlive()) {
      begin(new SimProcess(world.engine(), name()));
    }
  }

  /** Whether its disk takes nothing more. */
  public void diskIsFull(boolean isFull) {
    disk.full(isFull);
  }

  /** The disk is lost: roster and position are gone. */
  public void loseDisk() {
    disk = new NodeDisk(NodeIdentity.unknown());
  }
}
