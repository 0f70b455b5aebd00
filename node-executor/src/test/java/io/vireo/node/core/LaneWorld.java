package io.vireo.node.core;

import io.vireo.node.core.LaneState.DomainView;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * One VM on one node: the real rules, a topic of commands, pods with launchers and their libvirt,
 * an executor that may be killed at any point, and a disk that it may lose. What must never be is
 * thrown as an {@link AssertionError}.
 */
final class LaneWorld {

  static final VmRef VM = new VmRef("6d1c0bb0-0000-4000-8000-000000000001", "default", "tiny");
  private static final DomainSpec DOMAIN =
      new DomainSpec(
          "default_tiny",
          VM.uid(),
          true,
          "q35",
          65536,
          new DomainSpec.Topology(1, 1, 1),
          List.of(),
          List.of(),
          "/s",
          Optional.empty(),
          10,
          false,
          true,
          64,
          Machines.plain());

  /** A launcher pod: what its disk and its processes hold. */
  private static final class Pod {
    final long epoch;
    boolean used;
    String ended = "";
    boolean prepared;
    boolean dead;
    String domain = "absent";
    String reason = "absent";
    int created;
    long session;
    final Deque<LaneEvent> toExecutor = new ArrayDeque<>();
    final Deque<Effect> toLauncher = new ArrayDeque<>();

    Pod(long epoch) {
      this.epoch = epoch;
    }

    boolean runs() {
      return domain.equals("running");
    }
  }

  /** Commands that one reading of the topic brings; all are on record before the next. */
  private static final int BATCH = 8;

  private final Random random;
  private final boolean mayLoseDisk;
  private final List<NodeCommandData> topic = new ArrayList<>();
  private final Map<Long, Pod> pods = new HashMap<>();
  private final Deque<Runnable> kafka = new ArrayDeque<>();
  private final Map<String, Set<String>> ends = new HashMap<>();
  private final Set<Long> closed = new HashSet<>();
  private final Set<String> accepted = new HashSet<>();
  private final List<Long> wakes = new ArrayList<>();
  private LaneState state = LaneState.fresh(VM);
  private int position;
  private int stored;
  private long sessions;
  private long epoch = 1;
  private long seq;
  private long nowMs = 1_000_000;
  private boolean lost;

  LaneWorld(long seed, boolean mayLoseDisk) {
    this.random = new Random(seed);
    this.mayLoseDisk = mayLoseDisk;
    pods.put(epoch, new Pod(epoch));
  }

  void step() {
    nowMs += random.nextInt(800);
    switch (random.nextInt(20)) {
      case 0, 1 -> command();
      case 2, 3, 4 -> readCommand();
      case 5 -> stored = kafka.isEmpty() ? position : stored;
      case 6, 7 -> dial(anyPod());
      case 8 -> prepare(anyPod());
      case 9, 10, 11 -> deliver(anyPod());
      case 12, 13, 14 -> act(anyPod());
      case 15 -> guestEnds(anyPod());
      case 16 -> {
        if (random.nextInt(6) == 0) {
          cut(anyPod());
        }
      }
      case 17 -> {
        if (random.nextInt(8) == 0) {
          kill();
        } else if (random.nextInt(30) == 0) {
          die(anyPod());
        }
      }
      case 18 -> kafkaTakes();
      default -> wake();
    }
    check();
  }

  /** No more faults and no more decisions: everything that was begun comes to its end. */
  void settle() {
    for (int round = 0; round < 60; round++) {
      nowMs += 4000;
      for (int i = position; i < topic.size(); i++) {
        readCommand();
      }
      for (Pod pod : pods.values()) {
        if (!pod.dead) {
          if (pod.session == 0) {
            dial(pod);
          }
          prepare(pod);
          for (int i = 0; i < 8; i++) {
            deliver(pod);
            act(pod);
          }
        } else {
          podGone(pod);
        }
      }
      while (!kafka.isEmpty()) {
        kafkaTakes();
      }
      wake();
      check();
    }
    if (state.stop() == null || !state.doubted()) {
      for (String id : accepted) {
        boolean waits = id.equals(state.openStart());
        require(waits || ends.containsKey(id), "no end of " + id + " in " + state);
        require(!waits || state.life() != LaneState.Life.LIVE, "a start that runs has no end");
        require(
            lost || ends.getOrDefault(id, Set.of()).size() <= 1,
            "two ends of " + id + ": " + ends.get(id));
      }
    }
    require(state.untold().isEmpty(), "untold: " + state.untold());
    sameCommandAgain();
  }

  private void sameCommandAgain() {
    for (NodeCommandData command : topic) {
      Lane.Decision again =
          Lane.decide(
              state, new LaneEvent.CommandCame(command, Optional.empty()), state.changedAtMs());
      require(again.state().durable().equals(state.durable()), "acted twice on " + command);
      require(
          again.effects().stream()
              .noneMatch(e -> e instanceof Effect.Create || e instanceof Effect.Mark),
          "an effect of a command that came again");
    }
  }

  private Pod anyPod() {
    return pods.get(1 + (long) random.nextInt((int) epoch));
  }

  // -- the scheduler

  private void command() {
    if (closed.contains(epoch)) {
      if (epoch < 4 && !pods.get(epoch).runs()) {
        epoch++;
        seq = 0;
        pods.put(epoch, new Pod(epoch));
      }
      return;
    }
    NodeCommandData.Header header =
        new NodeCommandData.Header(
            VM.uid() + "/" + epoch + "/" + (seq + 1), VM, "a", "u", nowMs, epoch, seq + 1);
    NodeCommandData next =
        switch (random.nextInt(5)) {
          case 0, 1 -> new NodeCommandData.StartDomain(header, "default", "pod-" + epoch, DOMAIN);
          case 2 -> new NodeCommandData.StopDomain(header, 10, nowMs + 10_000);
          case 3 -> new NodeCommandData.DestroyDomain(header);
          default ->
              random.nextInt(4) == 0
                  ? new NodeCommandData.CloseEpoch(header)
                  : new NodeCommandData.StartDomain(header, "default", "pod-" + epoch, DOMAIN);
        };
    seq++;
    topic.add(next);
  }

  // -- the executor

  private void readCommand() {
    if (position - stored >= BATCH) {
      if (!kafka.isEmpty()) {
        return;
      }
      stored = position;
    }
    if (position < topic.size()) {
      NodeCommandData command = topic.get(position++);
      LaneEvent came = new LaneEvent.CommandCame(command, Optional.empty());
      String id = command.header().commandId();
      if (Lane.decide(state, came, nowMs).state().fence().commandId().equals(id)) {
        accepted.add(id);
      }
      on(came);
    }
  }

  private void on(LaneEvent event) {
    Lane.Decision decision = Lane.decide(state, event, nowMs);
    state = decision.state();
    // Killed after the disk and before some of the effects.
    boolean killed = !settling() && random.nextInt(60) == 0;
    int carriedOut =
        killed ? random.nextInt(decision.effects().size() + 1) : decision.effects().size();
    decision.effects().subList(0, carriedOut).forEach(this::carryOut);
    if (killed) {
      kill();
    }
  }

  private boolean settling;

  private boolean settling() {
    return settling;
  }

  void faultsStop() {
    settling = true;
  }

  private void kill() {
    kafka.clear();
    wakes.clear();
    pods.values().forEach(this::hangUp);
    position = stored;
    state = state.durable();
    if (mayLoseDisk && random.nextInt(4) == 0) {
      lost = true;
      position = 0;
      stored = 0;
      state = LaneState.doubted(VM);
    }
    on(new LaneEvent.Restarted());
  }

  private void carryOut(Effect effect) {
    switch (effect) {
      case Effect.ReportCommand report ->
          kafka.add(
              () -> {
                LaneState.CommandEnd end = report.end();
                ends.computeIfAbsent(end.commandId(), k -> new HashSet<>())
                    .add(end.result() + " " + end.reason());
                if (!end.commandType().equals("StartDomain") && end.result().equals("Done")) {
                  close(Long.parseLong(end.commandId().split("/")[1]));
                }
                on(new LaneEvent.CommandEndStored(end.commandId()));
              });
      case Effect.ReportDomain report ->
          kafka.add(
              () -> {
                if (report.proven()) {
                  close(report.epoch());
                  on(new LaneEvent.EndStored(report.epoch()));
                }
              });
      case Effect.WakeAt wake -> wakes.add(wake.atMs());
      case Effect.LookLater later -> wakes.add(later.atMs());
      case Effect.Mark e -> tell(e.session(), e);
      case Effect.Look e -> tell(e.session(), e);
      case Effect.AskAgent e -> tell(e.session(), e);
      case Effect.Create e -> tell(e.session(), e);
      case Effect.ShutDown e -> tell(e.session(), e);
      case Effect.Destroy e -> tell(e.session(), e);
      case Effect.Resume e -> tell(e.session(), e);
      case Effect.AcknowledgeEnd e -> tell(e.session(), e);
      case Effect.Dismiss e -> tell(e.session(), e);
    }
  }

  private void close(long number) {
    closed.add(number);
    Pod pod = pods.get(number);
    require(pod == null || !pod.runs(), "epoch " + number + " is told as over and its guest runs");
  }

  private void tell(long session, Effect effect) {
    for (Pod pod : pods.values()) {
      if (pod.session == session) {
        pod.toLauncher.add(effect);
      }
    }
  }

  private void kafkaTakes() {
    Runnable next = kafka.poll();
    if (next != null) {
      next.run();
    }
  }

  private void wake() {
    if (wakes.removeIf(at -> at <= nowMs)) {
      on(new LaneEvent.Tick());
      for (Pod pod : pods.values()) {
        if (pod.session != 0) {
          pod.toLauncher.add(new Effect.Look(pod.session));
        }
      }
    }
  }

  // -- launchers and their libvirt

  private void dial(Pod pod) {
    if (pod.dead) {
      return;
    }
    hangUp(pod);
    pod.session = ++sessions;
    String word = !pod.ended.isEmpty() ? "ended" : pod.used ? "marked" : "fresh";
    on(
        new LaneEvent.LauncherConnected(
            pod.session, pod.epoch, "default", "pod-" + pod.epoch, word, pod.ended));
    if (pod.session != 0 && pod.prepared) {
      on(new LaneEvent.LauncherPrepared(pod.session));
    }
  }

  private void prepare(Pod pod) {
    if (!pod.dead && !pod.prepared) {
      pod.prepared = true;
      say(pod, new LaneEvent.LauncherPrepared(pod.session));
    }
  }

  private void say(Pod pod, LaneEvent event) {
    if (pod.session != 0) {
      pod.toExecutor.add(event);
    }
  }

  private void deliver(Pod pod) {
    LaneEvent event = pod.toExecutor.poll();
    if (event != null) {
      on(event);
    }
  }

  private void cut(Pod pod) {
    long session = pod.session;
    hangUp(pod);
    if (session != 0) {
      on(new LaneEvent.LauncherLost(session));
    }
  }

  private void hangUp(Pod pod) {
    pod.session = 0;
    pod.toExecutor.clear();
    pod.toLauncher.clear();
  }

  private void act(Pod pod) {
    Effect effect = pod.toLauncher.poll();
    if (effect == null || pod.dead) {
      return;
    }
    switch (effect) {
      case Effect.Mark mark -> {
        if (pod.used || !pod.ended.isEmpty()) {
          say(pod, new LaneEvent.MarkRefused(pod.session, "used"));
        } else {
          pod.used = true;
          say(pod, new LaneEvent.LauncherMarked(pod.session));
        }
      }
      case Effect.Look look -> look(pod);
      case Effect.Create create -> {
        if (random.nextInt(12) == 0 && pod.domain.equals("absent")) {
          if (random.nextBoolean()) {
            // QEMU began and ended; its launcher may be the first to tell.
            pod.domain = "shutoff";
            pod.reason = "crashed";
            pod.ended = "failed";
            say(pod, new LaneEvent.GuestEnded(pod.session, "failed"));
          }
          say(pod, new LaneEvent.CreationFailed(pod.session, "refused"));
          return;
        }
        if (!pod.runs()) {
          require(pod.used, "created in a launcher that is not marked");
          require(pod.created == 0, "created twice in epoch " + pod.epoch);
          require(!closed.contains(pod.epoch), "created after epoch " + pod.epoch + " was closed");
          pod.created++;
          pod.domain = "running";
          pod.reason = "running";
        }
        look(pod);
      }
      case Effect.ShutDown down -> {
        if (random.nextBoolean()) {
          off(pod, "shutdown");
        }
        look(pod);
      }
      case Effect.Destroy destroy -> {
        off(pod, "destroyed");
        look(pod);
      }
      case Effect.AskAgent ask ->
          say(
              pod,
              new LaneEvent.AgentAsked(
                  pod.session, random.nextBoolean() ? AgentView.SILENT : null));
      case Effect.Dismiss dismiss -> {
        if (!pod.runs()) {
          pod.ended = pod.ended.isEmpty() ? dismiss.reason() : pod.ended;
          die(pod);
        }
      }
      default -> {}
    }
  }

  private void look(Pod pod) {
    say(
        pod,
        new LaneEvent.DomainSeen(
            pod.session,
            new DomainView(
                pod.domain, pod.reason, null, List.of(), pod.runs() && hasAgent(), List.of())));
  }

  /** It comes and goes, and is away in the end: one that stays is asked for ever. */
  private boolean hasAgent() {
    return !settling() && random.nextInt(3) == 0;
  }

  private void off(Pod pod, String reason) {
    if (pod.runs()) {
      pod.domain = "shutoff";
      pod.reason = reason;
      pod.ended = reason;
      say(pod, new LaneEvent.GuestEnded(pod.session, reason));
    }
  }

  private void guestEnds(Pod pod) {
    if (random.nextInt(6) == 0) {
      off(pod, "shutdown");
    }
  }

  /** The pod and all in it are gone. */
  private void die(Pod pod) {
    pod.dead = true;
    pod.domain = "absent";
    cut(pod);
  }

  /** What the kubelet says, once nothing of this pod is left. */
  private void podGone(Pod pod) {
    String name = "default/pod-" + pod.epoch;
    boolean isMeant =
        state.heldPod() == null ? state.heldEpoch() <= pod.epoch : name.equals(state.heldPod());
    if (state.link() == null && isMeant && pod.epoch == epoch) {
      on(new LaneEvent.PodGone());
    }
  }

  private void check() {
    long alive = pods.values().stream().filter(Pod::runs).count();
    require(alive <= 1, "two guests of one VM run");
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}
