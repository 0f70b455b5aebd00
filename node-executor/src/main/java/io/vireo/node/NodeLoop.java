package io.vireo.node;

import io.vireo.node.core.Conflict;
import io.vireo.node.core.Effect;
import io.vireo.node.core.Holding;
import io.vireo.node.core.Lane;
import io.vireo.node.core.LaneEvent;
import io.vireo.node.core.LaneState;
import io.vireo.node.core.LaneState.CommandEnd;
import io.vireo.node.core.Link;
import io.vireo.node.core.NodeCommandData;
import io.vireo.node.core.NodeIdentity;
import io.vireo.node.core.VmRef;
import io.vireo.node.kafka.Position;
import io.vireo.node.kafka.ReportOutbox;
import io.vireo.node.kubelet.NodePods;
import io.vireo.node.launcher.Launcher;
import io.vireo.node.libvirt.Libvirt;
import io.vireo.node.network.GuestNetworks;
import io.vireo.node.roster.Roster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides for every VM, on the loop: event, decision, roster on disk, effects. It never waits for
 * libvirt, a launcher or Kafka; those report back as events.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Failures of sends show in readiness.
final class NodeLoop {

  private static final Logger log = LoggerFactory.getLogger(NodeLoop.class);
  private static final long HEARTBEAT_MS = 2000;
  private static final long SNAPSHOT_MS = TimeUnit.MINUTES.toMillis(5);

  /** How long the roster keeps a VM after its end: longer than its topic keeps commands. */
  private static final long KEEP_ENDED_MS = TimeUnit.DAYS.toMillis(8);

  private final String node;
  private final Roster roster;
  private final ReportOutbox reports;
  private final Loop loop;
  private final InstantSource clock;
  private final Hands hands;
  private final PodWatch pods;
  private final EventQueue events;
  private final Map<String, LaneState> lanes = new ConcurrentHashMap<>();
  private NodeIdentity identity;
  private boolean complete;
  private long snapshotAtMs;
  private volatile @Nullable String problem;

  NodeLoop(
      String node,
      Roster roster,
      Position position,
      ReportOutbox reports,
      Loop loop,
      InstantSource clock,
      Workers workers,
      Libvirt.Connector libvirt,
      GuestNetworks networks,
      NodePods nodePods)
      throws IOException {
    this.node = node;
    this.roster = roster;
    this.reports = reports;
    this.loop = loop;
    this.clock = clock;
    this.hands = new Hands(loop, workers, libvirt, networks, this::post);
    this.pods = new PodWatch(loop, nodePods, lanes, this::post, this::noneIsLeft);
    this.events = new EventQueue(loop, this::process, this::storeProblem);
    Roster.Contents contents = roster.load();
    this.identity = contents.node();
    this.complete = contents.complete() && contents.unreadable().isEmpty();
    if (identity.uid() != null) {
      reports.nodeUid(identity.uid());
    }
    restore(contents);
    if (!contents.begun()) {
      // What was accepted before is forgotten, so it is read again; the order matters.
      position.reset();
      roster.storeBegun();
    }
  }

  private void restore(Roster.Contents contents) throws IOException {
    long now = clock.millis();
    for (LaneState state : contents.lanes()) {
      boolean over = state.life() == LaneState.Life.ENDED && state.untold().isEmpty();
      if (over && now - state.changedAtMs() > KEEP_ENDED_MS) {
        roster.remove(state.vm().uid());
      } else {
        lanes.put(state.vm().uid(), state);
      }
    }
    for (String uid : contents.unreadable()) {
      try {
        lanes.put(uid, LaneState.doubted(new VmRef(uid, "", "")));
      } catch (IllegalArgumentException e) {
        log.atWarn().addKeyValue("entry", uid).log("A file in the roster is of no VM");
      }
    }
  }

  /** Says what is held and what may not have been told, then begins the heartbeat. */
  void start() {
    loop.execute(
        () -> {
          snapshot();
          for (LaneState state : List.copyOf(lanes.values())) {
            post(state.vm(), new LaneEvent.Restarted());
          }
          heartbeat();
          pods.start(!complete);
        });
  }

  private void snapshot() {
    Map<VmRef, Effect.ReportDomain> all = new HashMap<>();
    for (LaneState state : lanes.values()) {
      Holding.of(state).ifPresent(report -> all.put(state.vm(), report));
    }
    snapshotAtMs = clock.millis();
    reports.snapshot(all, snapshotAtMs);
  }

  private void heartbeat() {
    try {
      if (reports.takeMissed() || clock.millis() - snapshotAtMs >= SNAPSHOT_MS) {
        snapshot();
      }
      reports.heartbeat(domains(), hands.launchers(), clock.millis());
    } catch (RuntimeException e) {
      log.atWarn().setCause(e).log("No heartbeat was sent");
    }
    loop.schedule(this::heartbeat, HEARTBEAT_MS);
  }

  @Nullable String problem() {
    return problem;
  }

  int domains() {
    return (int) lanes.values().stream().filter(LaneState::mayRun).count();
  }

  /** Every launcher of this node is known by now: a VM that is not in the roster is new. */
  private void noneIsLeft() {
    if (complete) {
      return;
    }
    try {
      roster.storeComplete();
      complete = true;
    } catch (IOException e) {
      storeProblem(e);
    }
  }

  private void storeProblem(IOException e) {
    problem = "the roster cannot be written: " + e.getMessage();
    log.atError().setCause(e).log("The roster cannot be written");
  }

  // -- commands

  /** Takes a command; completes once its acceptance is on disk, or its refusal on record. */
  CompletableFuture<Void> accept(NodeCommandData command) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    loop.execute(
        () -> {
          try {
            command(command)
                .whenComplete(
                    (ok, error) -> {
                      if (error == null) {
                        done.complete(null);
                      } else {
                        done.completeExceptionally(error);
                      }
                    });
          } catch (UncheckedIOException e) {
            storeProblem(Objects.requireNonNull(e.getCause()));
            done.completeExceptionally(e);
          } catch (RuntimeException e) {
            done.completeExceptionally(e);
          }
        });
    return done;
  }

  private CompletableFuture<?> command(NodeCommandData command) {
    NodeCommandData.Header header = command.header();
    if (!isForThisNode(header)) {
      CommandEnd end =
          new CommandEnd(
              header.commandId(),
              command.type(),
              "Refused",
              "WrongNode",
              "This is node " + node + ", uid " + identity.uid() + ".");
      return reports.command(header.vm(), new Effect.ReportCommand(end, 0, 0), clock.millis());
    }
    identify(header);
    if (events.isStuck(header.vm().uid())) {
      throw new UncheckedIOException(new IOException("Expected to store what came before"));
    }
    return process(
        header.vm(), new LaneEvent.CommandCame(command, Conflict.of(command, lanes.values())));
  }

  private boolean isForThisNode(NodeCommandData.Header header) {
    return header.node().equals(node) && identity.admits(header.nodeUid(), header.issuedAtMs());
  }

  private void identify(NodeCommandData.Header header) {
    NodeIdentity next = identity.after(header.nodeUid(), header.issuedAtMs());
    String uid = next.uid();
    if (uid != null && !uid.equals(identity.uid())) {
      try {
        roster.storeNode(next);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      reports.nodeUid(uid);
    }
    identity = next;
  }

  // -- events

  private void post(VmRef vm, LaneEvent event) {
    events.post(vm, event);
  }

  /**
   * Stores, then acts.
   *
   * @return done once what no disk holds is on record: an end of a command that was not accepted
   * @throws UncheckedIOException if the disk cannot be written; nothing has happened then
   */
  private CompletableFuture<?> process(VmRef vm, LaneEvent event) {
    LaneState before = lanes.get(vm.uid());
    if (before == null) {
      before = complete ? LaneState.fresh(vm) : LaneState.doubted(vm);
    }
    if (event instanceof LaneEvent.CommandCame || before.vm().namespace().isEmpty()) {
      before = before.named(vm);
    }
    long now = clock.millis();
    Lane.Decision decision = Lane.decide(before, event, now);
    LaneState after = decision.state();
    if (!event.isForgetting() && !after.durable().equals(before.durable())) {
      try {
        roster.store(after);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      problem = null;
    }
    lanes.put(vm.uid(), after);
    log.atDebug()
        .addKeyValue("vm", vm.name())
        .addKeyValue("event", event.getClass().getSimpleName())
        .addKeyValue("life", after.life())
        .addKeyValue("effects", decision.effects().size())
        .log("Decided");
    List<CompletableFuture<?>> onRecord = new ArrayList<>();
    for (Effect effect : decision.effects()) {
      try {
        carryOut(after, effect, now, onRecord);
      } catch (RuntimeException e) {
        // One effect that fails must not keep the others from being tried.
        log.atError().setCause(e).addKeyValue("vm", vm.uid()).log("An effect was not carried out");
      }
    }
    if (before.mayRun() && !after.mayRun()) {
      Link link = after.link();
      hands.redial(vm.uid(), link == null ? 0 : link.session());
    }
    return CompletableFuture.allOf(onRecord.toArray(CompletableFuture[]::new));
  }

  private void carryOut(
      LaneState state, Effect effect, long now, List<CompletableFuture<?>> onRecord) {
    VmRef vm = state.vm();
    switch (effect) {
      case Effect.ReportCommand report -> {
        CompletableFuture<Void> stored = reports.command(vm, report, now);
        if (state.untold().contains(report.end())) {
          String id = report.end().commandId();
          stored.thenRun(() -> post(vm, new LaneEvent.CommandEndStored(id)));
        } else {
          onRecord.add(stored);
        }
      }
      case Effect.ReportDomain report -> {
        CompletableFuture<Void> stored = reports.domain(vm, report, now);
        if (report.state().equals("ended")) {
          stored.thenRun(() -> post(vm, new LaneEvent.EndStored(report.epoch())));
        }
      }
      case Effect.LookLater later ->
          loop.schedule(() -> hands.look(later.session()), Math.max(1, later.atMs() - now));
      case Effect.WakeAt wake ->
          loop.schedule(() -> post(vm, new LaneEvent.Tick()), Math.max(1, wake.atMs() - now));
      default -> hands.carryOut(effect, state.fence().seq(), state.fence().commandId());
    }
  }

  // -- launchers

  /** To be told by what accepts launchers. */
  LauncherEvents launchers() {
    return new LauncherEvents(hands, this::lane, this::post);
  }

  /** The name is the pod's namespace and the roster's, if it is there; a claim names nothing. */
  private VmRef lane(Launcher launcher) {
    LaneState known = lanes.get(launcher.uid());
    return known != null && !known.vm().namespace().isEmpty()
        ? known.vm()
        : new VmRef(launcher.uid(), launcher.pod().namespace(), launcher.pod().name());
  }

  /** The connected launcher of a VMI. */
  @Nullable Launcher launcherOf(String uid) {
    LaneState state = lanes.get(uid);
    Link link = state == null ? null : state.link();
    return link == null ? null : hands.launcher(link.session());
  }

  void close() {
    hands.close();
  }
}
