package io.vireo.launcher;

import io.vireo.launcher.core.Lifecycle;
import io.vireo.launcher.core.Lifecycle.Action;
import io.vireo.launcher.core.Lifecycle.Event;
import io.vireo.launcher.core.Message;
import io.vireo.launcher.core.Options;
import io.vireo.launcher.process.ConsoleLog;
import io.vireo.launcher.process.Disks;
import io.vireo.launcher.process.ExecutorLink;
import io.vireo.launcher.process.Guest;
import io.vireo.launcher.process.Journal;
import io.vireo.launcher.process.Libvirtd;
import io.vireo.launcher.process.Log;
import io.vireo.launcher.process.PodNetwork;
import io.vireo.launcher.process.PodPaths;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Prepares, waits to be told, watches the guest and says how it ended. Exit code 0 if the guest
 * ended as asked, 1 otherwise. What it does when is {@link Lifecycle}'s to say.
 */
public final class LauncherMain {

  private static final int STACK_BYTES = 256 * 1024;
  private static final long LIBVIRTD_START_MS = 60_000;

  private final Options options;
  private final PodPaths paths;
  private final Journal journal;
  private final Libvirtd libvirtd;
  private final Guest guest;
  private final Disks disks;
  private final ExecutorLink link;
  private final PodNetwork network;

  /** Never opened: the process ends by {@link Action.Exit}. */
  private final CountDownLatch exited = new CountDownLatch(1);

  private Lifecycle.State state;
  private long waits;

  private LauncherMain(Options options, PodPaths paths) {
    this.options = options;
    this.paths = paths;
    this.journal = new Journal(paths.privateDir());
    this.libvirtd = new Libvirtd(paths);
    this.guest = new Guest(paths, options.namespace() + "_" + options.name());
    this.disks = new Disks(paths);
    this.network = new PodNetwork(paths, options.hostname());
    this.link = new ExecutorLink(paths, options.uid(), this::hello, this::received);
    this.state =
        Lifecycle.State.started(
            new Lifecycle.Journal(journal.isMarked(), journal.end()),
            TimeUnit.SECONDS.toMillis(options.gracePeriodSeconds()));
  }

  /** See {@link Options} for the arguments; {@code --version} prints and ends. */
  public static void main(String[] args) throws Exception {
    if (args.length == 1 && args[0].equals("--version")) {
      train();
      return;
    }
    Options options;
    try {
      options = Options.parse(args);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
      return;
    }
    new LauncherMain(options, PodPaths.inPod()).run();
  }

  /** Touches the classes that a start needs, so that an ahead-of-time cache has them. */
  private static void train() throws InterruptedException {
    Lifecycle.State state =
        Lifecycle.State.started(new Lifecycle.Journal(false, java.util.Optional.empty()), 0);
    Message message = Message.decode(Lifecycle.hello(state, "uid", 1, "nonce").encode());
    PodNetwork.train();
    try {
      new Libvirtd(PodPaths.inPod()).awaitReady(0);
    } catch (IOException e) {
      // None runs where this does.
    }
    Log.say("vireo launcher, protocol " + message.get("version"));
  }

  /** Ends with the process. */
  private void run() throws InterruptedException {
    options.consoleLogBytes().ifPresent(max -> new ConsoleLog(paths.consoleLog(), max).start());
    Runtime.getRuntime()
        .addShutdownHook(new Thread(null, this::terminate, "terminate", STACK_BYTES));
    Log.say(
        "Launcher of " + options.namespace() + "/" + options.name() + ", epoch " + options.epoch());
    try {
      libvirtd.start(options.uid());
      link.start();
      disks.prepare(options);
      libvirtd.awaitReady(LIBVIRTD_START_MS);
      Log.say("Disks and libvirtd are ready");
      on(new Event.Prepared());
      long pid = guest.awaitStart();
      Log.say("QEMU runs");
      on(new Event.GuestStarted());
      guest.awaitEnd(pid);
      String reason = guest.endReason();
      Log.say("The guest ended: " + reason);
      on(new Event.GuestEnded(reason));
    } catch (Disks.DiskException e) {
      failed(e.reason(), String.valueOf(e.getMessage()));
    } catch (IOException e) {
      failed("LauncherFailed", String.valueOf(e.getMessage()));
    }
    exited.await();
  }

  private void failed(String reason, String message) {
    Log.say(reason + ": " + message);
    on(new Event.PreparationFailed(reason, message));
  }

  private void terminate() {
    Log.say("SIGTERM: a guest gets " + options.gracePeriodSeconds() + " s");
    on(new Event.Terminated());
    try {
      exited.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized Message hello() {
    return Lifecycle.hello(state, options.uid(), options.epoch(), link.nonce());
  }

  private void received(Message message) {
    switch (message.verb()) {
      case "MARK" -> on(new Event.MarkAsked());
      case "ENDED_ACK" -> on(new Event.Acknowledged());
      case "NETWORK" -> network.handOver(link.nonce());
      case "EXIT" -> on(new Event.Dismissed(message.get("reason")));
      default -> {}
    }
  }

  private synchronized void on(Event event) {
    boolean runs =
        !(event instanceof Event.GuestEnded) && !state.running() && guest.pid().isPresent();
    if (runs) {
      // The thread that watches for it may be a little behind.
      take(new Event.GuestStarted());
    }
    take(event);
  }

  private void take(Event event) {
    Lifecycle.Step step = Lifecycle.decide(state, event);
    state = step.state();
    for (Action action : step.actions()) {
      try {
        carryOut(action);
      } catch (IOException e) {
        take(new Event.MarkNotWritten(String.valueOf(e.getMessage())));
        return;
      }
    }
  }

  private void carryOut(Action action) throws IOException {
    switch (action) {
      case Action.JournalMark m -> journal.mark();
      case Action.JournalEnd end -> noteEnd(end.reason());
      case Action.Send send -> link.send(send.message());
      case Action.ShutDown s -> daemon("shut-down", guest::shutDown);
      case Action.Destroy d -> daemon("destroy", guest::destroy);
      case Action.AwaitEnd wait -> {
        long number = ++waits;
        after(wait.ms(), () -> waitOver(number));
      }
      case Action.AwaitAcknowledgement wait -> after(wait.ms(), () -> on(new Event.Acknowledged()));
      case Action.Exit exit -> {
        libvirtd.close();
        Runtime.getRuntime().halt(exit.code());
      }
    }
  }

  private synchronized void waitOver(long number) {
    if (number == waits) {
      on(new Event.WaitOver());
    }
  }

  private void noteEnd(String reason) {
    try {
      journal.noteEnd(reason);
    } catch (IOException e) {
      Log.say("The end could not be written down: " + e.getMessage());
    }
  }

  private static void after(long ms, Runnable work) {
    daemon(
        "timer",
        () -> {
          try {
            Thread.sleep(ms);
            work.run();
          } catch (InterruptedException e) {
            // The process ends.
          }
        });
  }

  private static void daemon(String name, Runnable work) {
    Thread thread = new Thread(null, work, name, STACK_BYTES);
    thread.setDaemon(true);
    thread.start();
  }
}
