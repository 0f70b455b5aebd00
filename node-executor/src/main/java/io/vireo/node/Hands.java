package io.vireo.node;

import io.vireo.node.core.DomainXml;
import io.vireo.node.core.Effect;
import io.vireo.node.core.LaneEvent;
import io.vireo.node.core.LaneState;
import io.vireo.node.core.VmRef;
import io.vireo.node.launcher.LauncherSession;
import io.vireo.node.launcher.Message;
import io.vireo.node.libvirt.DomainConnection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out effects on launchers and their libvirt. Each session has a platform thread of its own
 * while it is busy: libvirt's errors belong to the thread, and one VM's slow call delays no other.
 */
final class Hands implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Hands.class);
  private static final int QUEUE_MAX = 64;
  private static final long PAUSE_FIRST_MS = 100;
  private static final long PAUSE_MAX_MS = 5000;

  private final Path socketDir;
  private final BiConsumer<VmRef, LaneEvent> events;
  private final Map<Long, Hand> hands = new ConcurrentHashMap<>();

  /** What belongs to one session. */
  private final class Hand {
    final LauncherSession session;
    final VmRef vm;
    final ExecutorService thread;
    @Nullable DomainConnection connection;

    Hand(LauncherSession session, VmRef vm) {
      this.session = session;
      this.vm = vm;
      ThreadPoolExecutor executor =
          new ThreadPoolExecutor(
              1,
              1,
              10,
              TimeUnit.SECONDS,
              new LinkedBlockingQueue<>(QUEUE_MAX),
              work -> new Thread(work, "vm-" + vm.name()));
      executor.allowCoreThreadTimeOut(true);
      this.thread = executor;
    }

    void disconnect() {
      DomainConnection current = connection;
      if (current != null) {
        current.close();
      }
    }

    DomainConnection connection() throws IOException {
      DomainConnection current = connection;
      if (current != null && current.isAlive()) {
        return current;
      }
      if (current != null) {
        current.close();
      }
      DomainConnection fresh =
          DomainConnection.open(session, vm.uid(), socketDir, () -> Hands.this.look(session.id()));
      connection = fresh;
      return fresh;
    }
  }

  Hands(Path socketDir, BiConsumer<VmRef, LaneEvent> events) {
    this.socketDir = socketDir;
    this.events = events;
  }

  void add(LauncherSession session, VmRef vm) {
    hands.put(session.id(), new Hand(session, vm));
  }

  void remove(long session) {
    Hand hand = hands.remove(session);
    if (hand != null) {
      submit(hand, hand::disconnect);
      hand.thread.shutdown();
    }
  }

  @Nullable LauncherSession session(long id) {
    Hand hand = hands.get(id);
    return hand == null ? null : hand.session;
  }

  int launchers() {
    return hands.size();
  }

  void carryOut(Effect effect, long epoch, long seq, String commandId) {
    switch (effect) {
      case Effect.Mark mark -> tell(mark.session(), Message.of("MARK"));
      case Effect.AcknowledgeEnd ack -> tell(ack.session(), Message.of("ENDED_ACK"));
      case Effect.Dismiss dismiss ->
          tell(dismiss.session(), Message.of("EXIT", "reason", dismiss.reason()));
      case Effect.Look look -> look(look.session());
      case Effect.Create create -> create(create, epoch, seq, commandId);
      case Effect.ShutDown down -> libvirt(down.session(), "shutdown", DomainConnection::shutDown);
      case Effect.Destroy destroy ->
          libvirt(destroy.session(), "destroy", DomainConnection::destroy);
      case Effect.ReportCommand r ->
          throw new IllegalArgumentException("Expected an effect on a launcher");
      case Effect.ReportDomain r ->
          throw new IllegalArgumentException("Expected an effect on a launcher");
      case Effect.LookLater l ->
          throw new IllegalArgumentException("Expected an effect on a launcher");
      case Effect.WakeAt w ->
          throw new IllegalArgumentException("Expected an effect on a launcher");
    }
  }

  private void tell(long session, Message message) {
    Hand hand = hands.get(session);
    if (hand != null) {
      submit(hand, () -> hand.session.send(message));
    }
  }

  void look(long session) {
    Hand hand = hands.get(session);
    if (hand != null) {
      submit(hand, () -> lookNow(hand));
    }
  }

  private void lookNow(Hand hand) {
    LaneState.DomainView view = askUntilAnswered(hand);
    if (view != null) {
      events.accept(hand.vm, new LaneEvent.DomainSeen(hand.session.id(), view));
    }
  }

  /** No answer means unknown, and unknown is asked again for as long as the launcher is there. */
  private LaneState.@Nullable DomainView askUntilAnswered(Hand hand) {
    long pause = PAUSE_FIRST_MS;
    while (hands.get(hand.session.id()) == hand) {
      try {
        LaneState.DomainView view = hand.connection().look();
        if (!view.state().equals(DomainConnection.STARTING)) {
          return view;
        }
      } catch (IOException e) {
        log.atInfo()
            .addKeyValue("vm", hand.vm.name())
            .addKeyValue("cause", e.getMessage())
            .log("libvirt did not answer");
      }
      try {
        Thread.sleep(pause);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return null;
      }
      pause = Math.min(pause * 2, PAUSE_MAX_MS);
    }
    return null;
  }

  private void create(Effect.Create create, long epoch, long seq, String commandId) {
    Hand hand = hands.get(create.session());
    if (hand == null) {
      return;
    }
    submit(
        hand,
        () -> {
          String xml =
              DomainXml.render(
                  create.domain(), new DomainXml.Metadata(hand.vm.uid(), epoch, seq, commandId));
          try {
            DomainConnection connection = hand.connection();
            // Asked again after a break: the domain may be there, or on its way.
            String before = connection.look().state();
            if (before.equals("absent") || before.equals("shutoff")) {
              connection.create(xml);
            }
            lookNow(hand);
          } catch (IOException e) {
            creationFailed(hand, String.valueOf(e.getMessage()));
          }
        });
  }

  /** A failed call proves nothing; only libvirt's word that the domain is off does. */
  private void creationFailed(Hand hand, String message) {
    log.atWarn()
        .addKeyValue("vm", hand.vm.name())
        .addKeyValue("cause", message)
        .log("The domain was not created");
    LaneState.DomainView view = askUntilAnswered(hand);
    if (view == null) {
      return;
    }
    boolean off = view.state().equals("absent") || view.state().equals("shutoff");
    events.accept(
        hand.vm,
        off
            ? new LaneEvent.CreationFailed(hand.session.id(), message)
            : new LaneEvent.DomainSeen(hand.session.id(), view));
  }

  private interface LibvirtCall {
    void on(DomainConnection connection) throws IOException;
  }

  private void libvirt(long session, String what, LibvirtCall call) {
    Hand hand = hands.get(session);
    if (hand == null) {
      return;
    }
    submit(
        hand,
        () -> {
          try {
            call.on(hand.connection());
          } catch (IOException e) {
            log.atInfo()
                .addKeyValue("vm", hand.vm.name())
                .addKeyValue("call", what)
                .addKeyValue("cause", e.getMessage())
                .log("libvirt refused");
          }
          lookNow(hand);
        });
  }

  private static void submit(Hand hand, Runnable work) {
    try {
      hand.thread.execute(work);
    } catch (RejectedExecutionException e) {
      log.atWarn().addKeyValue("vm", hand.vm.name()).log("Too much is waiting for this VM");
    }
  }

  @Override
  public void close() {
    for (Long session : hands.keySet()) {
      remove(session);
    }
  }
}
