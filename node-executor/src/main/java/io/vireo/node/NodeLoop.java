package io.vireo.node;

import io.vireo.node.core.Effect;
import io.vireo.node.core.Lane;
import io.vireo.node.core.LaneEvent;
import io.vireo.node.core.LaneState;
import io.vireo.node.core.NodeCommandData;
import io.vireo.node.core.VmRef;
import io.vireo.node.kafka.ReportOutbox;
import io.vireo.node.launcher.LauncherListener;
import io.vireo.node.launcher.LauncherSession;
import io.vireo.node.launcher.Message;
import io.vireo.node.roster.RosterFiles;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that decides for every VM: event, decision, roster on disk, effects. It never waits
 * for libvirt, a launcher or Kafka; those report back as events.
 */
@SuppressWarnings(
    "FutureReturnValueIgnored") // Failures of sends show in readiness, of tasks in the log.
final class NodeLoop implements LauncherListener, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(NodeLoop.class);
  private static final long HEARTBEAT_MS = 2000;

  /** How long the roster keeps a VM after its end: longer than its topic keeps commands. */
  private static final long KEEP_ENDED_MS = TimeUnit.DAYS.toMillis(8);

  private final String node;
  private final RosterFiles roster;
  private final ReportOutbox reports;
  private final Hands hands;
  private final ScheduledThreadPoolExecutor thread;
  private final Map<String, LaneState> lanes = new ConcurrentHashMap<>();
  private volatile @Nullable String problem;

  NodeLoop(String node, RosterFiles roster, ReportOutbox reports, java.nio.file.Path socketDir)
      throws IOException {
    this.node = node;
    this.roster = roster;
    this.reports = reports;
    this.hands = new Hands(socketDir, this::post);
    this.thread = new ScheduledThreadPoolExecutor(1, work -> new Thread(work, "node-loop"));
    this.thread.setRemoveOnCancelPolicy(true);
    long now = System.currentTimeMillis();
    for (LaneState state : roster.load()) {
      if (state.life() == LaneState.Life.ENDED && now - state.changedAtMs() > KEEP_ENDED_MS) {
        roster.remove(state.vm().uid());
      } else {
        lanes.put(state.vm().uid(), state);
      }
    }
  }

  /** Says what is held, then begins the heartbeat. */
  void start() {
    thread.execute(this::snapshot);
    thread.scheduleAtFixedRate(this::heartbeat, 0, HEARTBEAT_MS, TimeUnit.MILLISECONDS);
  }

  private void snapshot() {
    Map<VmRef, Effect.ReportDomain> all = new HashMap<>();
    for (LaneState state : lanes.values()) {
      if (state.mayRun() && state.link() == null) {
        all.put(
            state.vm(),
            new Effect.ReportDomain(
                state.epoch(),
                "unknown",
                "NotDialledIn",
                "The executor started; the launcher has not dialled in yet.",
                false,
                java.util.List.of(),
                null));
      }
    }
    reports.snapshot(all, System.currentTimeMillis());
  }

  private void heartbeat() {
    try {
      int running = (int) lanes.values().stream().filter(LaneState::mayRun).count();
      reports.heartbeat(running, hands.launchers(), System.currentTimeMillis());
    } catch (RuntimeException e) {
      log.atWarn().setCause(e).log("No heartbeat was sent");
    }
  }

  @Nullable String problem() {
    return problem;
  }

  int queueDepth() {
    return thread.getQueue().size();
  }

  int domains() {
    return (int) lanes.values().stream().filter(LaneState::mayRun).count();
  }

  /** Takes a command; completes once its acceptance is on disk. */
  CompletableFuture<Void> accept(NodeCommandData command) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    thread.execute(
        () -> {
          try {
            command(command);
            done.complete(null);
          } catch (RuntimeException e) {
            problem = "a command could not be taken: " + e.getMessage();
            log.atError().setCause(e).log("A command could not be taken");
            done.completeExceptionally(e);
          }
        });
    return done;
  }

  private void command(NodeCommandData command) {
    NodeCommandData.Header header = command.header();
    if (!header.node().equals(node)) {
      LaneState.CommandEnd end =
          new LaneState.CommandEnd(
              header.commandId(),
              command.type(),
              "Refused",
              "WrongNode",
              "This is node " + node + ".");
      reports.command(header.vm(), new Effect.ReportCommand(end, 0, 0), System.currentTimeMillis());
      return;
    }
    reports.nodeUid(header.nodeUid());
    boolean taken =
        lanes.values().stream()
            .anyMatch(
                other ->
                    !other.vm().uid().equals(header.vm().uid())
                        && other.vm().namespace().equals(header.vm().namespace())
                        && other.vm().name().equals(header.vm().name())
                        && other.mayRun()
                        && other.link() != null);
    process(header.vm(), new LaneEvent.CommandCame(command, taken));
  }

  private void post(VmRef vm, LaneEvent event) {
    thread.execute(
        () -> {
          try {
            process(vm, event);
          } catch (RuntimeException e) {
            problem = "an event could not be processed: " + e.getMessage();
            log.atError().setCause(e).addKeyValue("vm", vm.uid()).log("An event was not processed");
          }
        });
  }

  private void process(VmRef vm, LaneEvent event) {
    LaneState before = lanes.getOrDefault(vm.uid(), LaneState.fresh(vm));
    if (event instanceof LaneEvent.CommandCame) {
      before = before.named(vm);
    }
    long now = System.currentTimeMillis();
    Lane.Decision decision = Lane.decide(before, event, now);
    LaneState after = decision.state();
    if (!after.durable().equals(before.durable())) {
      try {
        roster.store(after);
        problem = null;
      } catch (IOException e) {
        problem = "the roster cannot be written: " + e.getMessage();
        throw new IllegalStateException("Expected to write the roster", e);
      }
    }
    lanes.put(vm.uid(), after);
    log.atDebug()
        .addKeyValue("vm", vm.name())
        .addKeyValue("event", event.getClass().getSimpleName())
        .addKeyValue("life", after.life())
        .addKeyValue("effects", decision.effects().size())
        .log("Decided");
    for (Effect effect : decision.effects()) {
      try {
        carryOut(after, effect, now);
      } catch (RuntimeException e) {
        // One effect that fails must not keep the others from being tried.
        log.atError().setCause(e).addKeyValue("vm", vm.uid()).log("An effect was not carried out");
      }
    }
  }

  private void carryOut(LaneState state, Effect effect, long now) {
    switch (effect) {
      case Effect.ReportCommand report -> reports.command(state.vm(), report, now);
      case Effect.ReportDomain report -> {
        CompletableFuture<Void> stored = reports.domain(state.vm(), report, now);
        if (report.state().equals("ended")) {
          stored.thenRun(() -> post(state.vm(), new LaneEvent.EndStored()));
        }
      }
      case Effect.LookLater later ->
          thread.schedule(
              () -> hands.look(later.session()),
              Math.max(1, later.atMs() - now),
              TimeUnit.MILLISECONDS);
      case Effect.WakeAt wake ->
          thread.schedule(
              () -> post(state.vm(), new LaneEvent.Tick()),
              Math.max(1, wake.atMs() - now),
              TimeUnit.MILLISECONDS);
      default ->
          hands.carryOut(effect, state.epoch(), state.fence().seq(), state.fence().commandId());
    }
  }

  // -- launchers

  @Override
  public void connected(LauncherSession session, Message hello) {
    VmRef vm = lane(session);
    hands.add(session, vm);
    post(
        vm,
        new LaneEvent.LauncherConnected(
            session.id(),
            session.epoch(),
            session.pod().namespace(),
            session.pod().name(),
            hello.get("state"),
            hello.get("end")));
    preparation(vm, session, hello.get("prepared"), hello.get("reason"), hello.get("message"));
  }

  /** The name is the pod's namespace and the roster's, if it is there; a claim names nothing. */
  private VmRef lane(LauncherSession session) {
    LaneState known = lanes.get(session.uid());
    return known != null
        ? known.vm()
        : new VmRef(session.uid(), session.pod().namespace(), session.pod().name());
  }

  @Override
  public void received(LauncherSession session, Message message) {
    VmRef vm = lane(session);
    long id = session.id();
    switch (message.verb()) {
      case "PREPARED" ->
          preparation(
              vm, session, message.get("result"), message.get("reason"), message.get("message"));
      case "MARKED" -> post(vm, new LaneEvent.LauncherMarked(id));
      case "REFUSED" -> post(vm, new LaneEvent.MarkRefused(id, message.get("message")));
      case "ENDED" -> post(vm, new LaneEvent.GuestEnded(id, message.get("reason")));
      default -> {}
    }
  }

  private void preparation(
      VmRef vm, LauncherSession session, String result, String reason, String message) {
    if (result.equals("done")) {
      post(vm, new LaneEvent.LauncherPrepared(session.id()));
    } else if (result.equals("failed")) {
      post(vm, new LaneEvent.PreparationFailed(session.id(), reason, message));
    }
  }

  @Override
  public void lost(LauncherSession session) {
    hands.remove(session.id());
    post(lane(session), new LaneEvent.LauncherLost(session.id()));
  }

  /** The connected launcher of a VMI. */
  @Nullable LauncherSession launcherOf(String uid) {
    LaneState state = lanes.get(uid);
    LaneState.Link link = state == null ? null : state.link();
    return link == null ? null : hands.session(link.session());
  }

  @Override
  public void close() {
    thread.shutdownNow();
    hands.close();
  }
}
