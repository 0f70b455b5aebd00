package io.vireo.node;

import io.vireo.health.Failpoint;
import io.vireo.node.core.AgentView;
import io.vireo.node.core.DomainXml;
import io.vireo.node.core.Effect;
import io.vireo.node.core.LaneEvent;
import io.vireo.node.core.LaneState;
import io.vireo.node.core.VmRef;
import io.vireo.node.launcher.Launcher;
import io.vireo.node.launcher.Message;
import io.vireo.node.libvirt.Libvirt;
import io.vireo.node.network.GuestNetworks;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out effects on launchers and their libvirt. Each session has a worker of its own:
 * libvirt's errors belong to the thread, and one VM's slow call delays no other. Thread-safe.
 */
final class Hands {

  private static final Logger log = LoggerFactory.getLogger(Hands.class);
  private static final long PAUSE_FIRST_MS = 100;
  private static final long PAUSE_MAX_MS = 5000;

  private final Loop loop;
  private final Workers workers;
  private final Libvirt.Connector connector;
  private final GuestNetworks networks;
  private final BiConsumer<VmRef, LaneEvent> events;
  private final Map<Long, Hand> hands = new ConcurrentHashMap<>();

  /** What belongs to one session. */
  private final class Hand {
    final Launcher launcher;
    final VmRef vm;
    final SessionQueue queue;

    /** Of its own: an agent that hangs holds up nothing but itself. */
    final Workers.Worker agent;

    @Nullable Libvirt connection;

    Hand(Launcher launcher, VmRef vm) {
      this.launcher = launcher;
      this.vm = vm;
      this.queue = new SessionQueue(vm.name(), workers.open("vm-" + vm.name()));
      this.agent = workers.open("agent-" + vm.name());
    }

    void disconnect() {
      Libvirt current = connection;
      connection = null;
      if (current != null) {
        current.close();
      }
    }

    Libvirt connection() throws IOException {
      Libvirt current = connection;
      if (current != null && current.isAlive()) {
        return current;
      }
      disconnect();
      Libvirt fresh = connector.open(launcher, vm.uid(), () -> Hands.this.look(launcher.id()));
      connection = fresh;
      return fresh;
    }

    boolean isGone() {
      return hands.get(launcher.id()) != this;
    }
  }

  Hands(
      Loop loop,
      Workers workers,
      Libvirt.Connector connector,
      GuestNetworks networks,
      BiConsumer<VmRef, LaneEvent> events) {
    this.loop = loop;
    this.workers = workers;
    this.connector = connector;
    this.networks = networks;
    this.events = events;
  }

  void add(Launcher launcher, VmRef vm) {
    hands.put(launcher.id(), new Hand(launcher, vm));
  }

  void remove(long session) {
    Hand hand = hands.remove(session);
    if (hand != null) {
      hand.queue.close(hand::disconnect);
      hand.agent.close();
    }
  }

  @Nullable Launcher launcher(long id) {
    Hand hand = hands.get(id);
    return hand == null ? null : hand.launcher;
  }

  int launchers() {
    return hands.size();
  }

  /**
   * Ends the other connections of a VM, so that a launcher that was not listened to dials again.
   */
  void redial(String uid, long except) {
    for (Hand hand : hands.values()) {
      if (hand.vm.uid().equals(uid) && hand.launcher.id() != except) {
        hand.launcher.close();
      }
    }
  }

  void carryOut(Effect effect, long seq, String commandId) {
    switch (effect) {
      case Effect.Mark mark -> tell(mark.session(), "node.launcher.mark", Message.of("MARK"));
      case Effect.AcknowledgeEnd ack ->
          tell(ack.session(), "node.launcher.acknowledge", Message.of("ENDED_ACK"));
      case Effect.Dismiss dismiss ->
          tell(
              dismiss.session(),
              "node.launcher.dismiss",
              Message.of("EXIT", "reason", dismiss.reason()));
      case Effect.Look look -> look(look.session());
      case Effect.AskAgent ask -> askAgent(ask.session());
      case Effect.Create create -> create(create, seq, commandId);
      case Effect.ShutDown down -> libvirt(down.session(), "shutdown", Libvirt::shutDown);
      case Effect.Resume resume -> libvirt(resume.session(), "resume", Libvirt::resume);
      case Effect.Destroy destroy -> libvirt(destroy.session(), "destroy", Libvirt::destroy);
      case Effect.ReportCommand r -> throw notMine();
      case Effect.ReportDomain r -> throw notMine();
      case Effect.LookLater l -> throw notMine();
      case Effect.WakeAt w -> throw notMine();
    }
  }

  private static IllegalArgumentException notMine() {
    return new IllegalArgumentException("Expected an effect on a launcher");
  }

  private void tell(long session, String failpoint, Message message) {
    Hand hand = hands.get(session);
    if (hand != null) {
      hand.queue.submit(
          done -> {
            Failpoint.pass(failpoint + ".before");
            hand.launcher.send(message);
            Failpoint.pass(failpoint + ".after");
            done.run();
          });
    }
  }

  void look(long session) {
    Hand hand = hands.get(session);
    if (hand != null) {
      hand.queue.submitLook(done -> lookNow(hand, done));
    }
  }

  private void lookNow(Hand hand, Runnable done) {
    ask(
        hand,
        PAUSE_FIRST_MS,
        done,
        view -> events.accept(hand.vm, new LaneEvent.DomainSeen(hand.launcher.id(), view)));
  }

  /** No answer means unknown, and unknown is asked again for as long as the launcher is there. */
  private void ask(
      Hand hand, long pauseMs, Runnable done, Consumer<LaneState.DomainView> answered) {
    if (hand.isGone()) {
      done.run();
      return;
    }
    try {
      LaneState.DomainView view = hand.connection().look();
      if (!view.state().equals(Libvirt.STARTING)) {
        answered.accept(view);
        done.run();
        return;
      }
    } catch (IOException e) {
      log.atInfo()
          .addKeyValue("vm", hand.vm.name())
          .addKeyValue("cause", e.getMessage())
          .log("libvirt did not answer");
    }
    long next = Math.min(pauseMs * 2, PAUSE_MAX_MS);
    loop.schedule(() -> hand.queue.resume(() -> ask(hand, next, done, answered), done), pauseMs);
  }

  private void askAgent(long session) {
    Hand hand = hands.get(session);
    if (hand != null) {
      hand.agent.execute(
          () -> events.accept(hand.vm, new LaneEvent.AgentAsked(session, agentOf(hand))));
    }
  }

  private @Nullable AgentView agentOf(Hand hand) {
    try (Libvirt connection = connector.open(hand.launcher, hand.vm.uid(), () -> {})) {
      return connection.askAgent();
    } catch (IOException | RuntimeException | LinkageError e) {
      // Whatever it is, the answer is awaited.
      log.atDebug()
          .addKeyValue("vm", hand.vm.name())
          .addKeyValue("cause", e.getMessage())
          .log("The guest's agent did not answer");
      return null;
    }
  }

  private void create(Effect.Create create, long seq, String commandId) {
    Hand hand = hands.get(create.session());
    if (hand == null) {
      return;
    }
    hand.queue.submit(
        done -> {
          try {
            if (hand.isGone()) {
              done.run();
              return;
            }
            Libvirt connection = hand.connection();
            // Asked again after a break: the domain may be there, or on its way.
            String before = connection.look().state();
            if (before.equals("absent") || before.equals("shutoff")) {
              Map<String, String> macs =
                  networks.setUp(hand.launcher, create.domain().interfaces());
              connection.create(
                  DomainXml.render(
                      create.domain(),
                      new DomainXml.Metadata(hand.vm.uid(), create.epoch(), seq, commandId),
                      macs));
            }
            lookNow(hand, done);
          } catch (IOException e) {
            creationFailed(hand, String.valueOf(e.getMessage()), done);
          }
        });
  }

  /** A failed call proves nothing; only libvirt's word that the domain is off does. */
  private void creationFailed(Hand hand, String message, Runnable done) {
    log.atWarn()
        .addKeyValue("vm", hand.vm.name())
        .addKeyValue("cause", message)
        .log("The domain was not created");
    ask(
        hand,
        PAUSE_FIRST_MS,
        done,
        view -> {
          boolean off = view.state().equals("absent") || view.state().equals("shutoff");
          events.accept(
              hand.vm,
              off
                  ? new LaneEvent.CreationFailed(hand.launcher.id(), message)
                  : new LaneEvent.DomainSeen(hand.launcher.id(), view));
        });
  }

  private interface LibvirtCall {
    void on(Libvirt connection) throws IOException;
  }

  private void libvirt(long session, String what, LibvirtCall call) {
    Hand hand = hands.get(session);
    if (hand == null) {
      return;
    }
    hand.queue.submit(
        done -> {
          try {
            if (!hand.isGone()) {
              call.on(hand.connection());
            }
          } catch (IOException e) {
            log.atInfo()
                .addKeyValue("vm", hand.vm.name())
                .addKeyValue("call", what)
                .addKeyValue("cause", e.getMessage())
                .log("libvirt refused");
          }
          lookNow(hand, done);
        });
  }

  void close() {
    for (Long session : hands.keySet()) {
      remove(session);
    }
  }
}
