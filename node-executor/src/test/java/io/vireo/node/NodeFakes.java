package io.vireo.node;

import io.vireo.node.core.AgentView;
import io.vireo.node.core.LaneState;
import io.vireo.node.core.LaneState.DomainView;
import io.vireo.node.core.NodeIdentity;
import io.vireo.node.kafka.Position;
import io.vireo.node.launcher.Launcher;
import io.vireo.node.launcher.Message;
import io.vireo.node.launcher.PodName;
import io.vireo.node.libvirt.Libvirt;
import io.vireo.node.roster.Roster;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/** What stands in for disk, loop, launcher and libvirt. */
final class NodeFakes {

  private NodeFakes() {}

  /** A disk that may refuse and may be lost. */
  static final class TestDisk implements Roster, Position {
    final Map<String, LaneState> lanes = new HashMap<>();
    NodeIdentity node = NodeIdentity.unknown();
    boolean begun;
    boolean complete;
    boolean refuses;
    long position;

    void lose() {
      lanes.clear();
      begun = false;
      complete = false;
    }

    @Override
    public Contents load() {
      return new Contents(List.copyOf(lanes.values()), List.of(), node, begun, complete);
    }

    @Override
    public void store(LaneState state) throws IOException {
      if (refuses) {
        throw new IOException("No space left on device");
      }
      lanes.put(state.vm().uid(), state.durable());
    }

    @Override
    public void remove(String uid) {
      lanes.remove(uid);
    }

    @Override
    public void storeNode(NodeIdentity next) {
      node = next;
    }

    @Override
    public void storeBegun() {
      begun = true;
    }

    @Override
    public void storeComplete() {
      complete = true;
    }

    @Override
    public long load(String topicId) {
      return position;
    }

    @Override
    public void store(String topicId, long next) {
      position = next;
    }

    @Override
    public void reset() {
      position = 0;
    }
  }

  /** Time passes when it is told to. */
  static final class TestLoop implements Loop, InstantSource {
    private record Later(long atMs, long number, Runnable work) {}

    final Deque<Runnable> ready = new ArrayDeque<>();
    final PriorityQueue<Later> later =
        new PriorityQueue<>(
            java.util.Comparator.comparingLong(Later::atMs).thenComparingLong(Later::number));
    long nowMs = 1_000_000;
    long number;

    @Override
    public void execute(Runnable work) {
      ready.add(work);
    }

    @Override
    public void schedule(Runnable work, long delayMs) {
      later.add(new Later(nowMs + delayMs, number++, work));
    }

    @Override
    public Instant instant() {
      return Instant.ofEpochMilli(nowMs);
    }

    void run() {
      for (Runnable next = ready.poll(); next != null; next = ready.poll()) {
        next.run();
      }
    }

    void pass(long ms) {
      long until = nowMs + ms;
      run();
      while (!later.isEmpty() && later.peek().atMs() <= until) {
        Later next = later.remove();
        nowMs = next.atMs();
        next.work().run();
        run();
      }
      nowMs = until;
    }
  }

  /** A launcher that is dialled in. */
  record TestLauncher(long id, String uid, long epoch, PodName pod, List<String> told)
      implements Launcher {
    @Override
    public void send(Message message) {
      told.add(message.verb());
    }

    @Override
    public void close() {
      told.add("closed");
    }
  }

  record TestLibvirt(Map<Long, DomainView> domains, long session) implements Libvirt {
    @Override
    public boolean isAlive() {
      return true;
    }

    @Override
    public DomainView look() {
      return domains.getOrDefault(session, new DomainView("absent", "absent", null, List.of()));
    }

    @Override
    public AgentView askAgent() throws IOException {
      throw new IOException("no agent");
    }

    @Override
    public void create(String xml) {
      domains.put(session, new DomainView("running", "running", null, List.of()));
    }

    @Override
    public void shutDown() {}

    @Override
    public void resume() {}

    @Override
    public void destroy() {
      domains.put(session, new DomainView("shutoff", "destroyed", null, List.of()));
    }

    @Override
    public void close() {}
  }
}
