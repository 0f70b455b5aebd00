package io.vireo.launcher;

import io.vireo.launcher.core.Message;
import io.vireo.launcher.core.Options;
import io.vireo.launcher.process.Disks;
import io.vireo.launcher.process.ExecutorLink;
import io.vireo.launcher.process.Guest;
import io.vireo.launcher.process.Journal;
import io.vireo.launcher.process.Libvirtd;
import io.vireo.launcher.process.Log;
import io.vireo.launcher.process.PodPaths;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Prepares, waits to be told, watches the guest and says how it ended. Exit code 0 if the guest
 * ended as asked, 1 otherwise.
 */
public final class LauncherMain {

  private static final long ACKNOWLEDGE_SECONDS = 15;
  private static final long DESTROY_SECONDS = 15;
  private static final long END_SECONDS = 3;

  private final Options options;
  private final Journal journal;
  private final Libvirtd libvirtd;
  private final Guest guest;
  private final Disks disks;
  private final ExecutorLink link;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final CountDownLatch acknowledged = new CountDownLatch(1);
  private volatile Message prepared = Message.of("PREPARING");
  private volatile boolean terminating;
  private volatile boolean exiting;

  private LauncherMain(Options options, PodPaths paths) {
    this.options = options;
    this.journal = new Journal(paths.privateDir());
    this.libvirtd = new Libvirtd(paths);
    this.guest = new Guest(paths, options.namespace() + "_" + options.name());
    this.disks = new Disks(paths);
    this.link = new ExecutorLink(paths, options.uid(), this::hello, this::received);
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
    LauncherMain launcher = new LauncherMain(options, PodPaths.inPod());
    int exitCode = launcher.run();
    launcher.exiting = true;
    System.exit(exitCode);
  }

  /** Touches the classes that a start needs, so that an ahead-of-time cache has them. */
  private static void train() {
    Message message = Message.decode(Message.of("HELLO", "version", "1").encode());
    Log.say("vireo launcher, protocol " + message.get("version"));
  }

  private int run() throws InterruptedException {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(null, this::terminate, "terminate", 256 * 1024));
    Log.say(
        "Launcher of " + options.namespace() + "/" + options.name() + ", epoch " + options.epoch());
    boolean usedBefore = journal.isMarked();
    try {
      libvirtd.start(options.uid());
      link.start();
      disks.prepare(options);
      libvirtd.awaitReady();
      tell(Message.of("PREPARED", "result", "done"));
      Log.say("Disks and libvirtd are ready");
      if (usedBefore && guest.pid().isEmpty()) {
        return finish(journal.end().orElse("unknown"));
      }
      long pid = guest.awaitStart();
      Log.say("QEMU runs");
      guest.awaitEnd(pid);
      return finish(guest.endReason());
    } catch (Disks.DiskException e) {
      return failed(e.reason(), String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return failed("LauncherFailed", String.valueOf(e.getMessage()));
    }
  }

  private int failed(String reason, String message) throws InterruptedException {
    Log.say(reason + ": " + message);
    tell(Message.of("PREPARED", "result", "failed", "reason", reason, "message", message));
    acknowledged.await(ACKNOWLEDGE_SECONDS, TimeUnit.SECONDS);
    libvirtd.close();
    ended.countDown();
    return 1;
  }

  private int finish(String reason) throws InterruptedException {
    String told;
    try {
      told = journal.noteEnd(reason);
    } catch (IOException e) {
      Log.say("The end could not be written down: " + e.getMessage());
      told = reason;
    }
    Log.say("The guest ended: " + told);
    link.send(Message.of("ENDED", "reason", told));
    ended.countDown();
    acknowledged.await(ACKNOWLEDGE_SECONDS, TimeUnit.SECONDS);
    libvirtd.close();
    return endedWell() ? 0 : 1;
  }

  private void tell(Message message) {
    prepared = message;
    link.send(message);
  }

  private Message hello() {
    Optional<String> end = journal.end();
    String state = end.isPresent() ? "ended" : journal.isMarked() ? "marked" : "fresh";
    return Message.of(
        "HELLO",
        "version",
        "1",
        "nonce",
        link.nonce(),
        "uid",
        options.uid(),
        "epoch",
        Long.toString(options.epoch()),
        "state",
        state,
        "end",
        end.orElse(""),
        "prepared",
        prepared.get("result"),
        "reason",
        prepared.get("reason"),
        "message",
        prepared.get("message"));
  }

  private void received(Message message) {
    switch (message.verb()) {
      case "MARK" -> mark();
      case "ENDED_ACK" -> acknowledged.countDown();
      case "EXIT" -> dismissed(message.get("reason"));
      default -> {}
    }
  }

  private void mark() {
    if (terminating || journal.isMarked()) {
      link.send(
          Message.of(
              "REFUSED", "message", terminating ? "the pod is terminating" : "already used"));
      return;
    }
    try {
      journal.mark();
      link.send(Message.of("MARKED"));
    } catch (IOException e) {
      link.send(Message.of("REFUSED", "message", String.valueOf(e.getMessage())));
    }
  }

  /** Nothing will be started here: the pod may end. Never with a guest that runs. */
  private void dismissed(String reason) {
    if (guest.pid().isPresent() || ended.getCount() == 0) {
      return;
    }
    Log.say("Not needed: " + reason);
    try {
      journal.noteEnd(reason);
    } catch (IOException e) {
      Log.say("The end could not be written down: " + e.getMessage());
    }
    terminating = true;
    exiting = true;
    libvirtd.close();
    Runtime.getRuntime().halt(1);
  }

  /** SIGTERM: the guest gets its grace period, whether or not an executor is there. */
  private void terminate() {
    terminating = true;
    if (exiting) {
      return;
    }
    int exitCode = 1;
    try {
      if (guest.pid().isEmpty() && journal.isMarked()) {
        // It has just ended and the main thread is finding out why, or it is just being created.
        ended.await(END_SECONDS, TimeUnit.SECONDS);
      }
      if (ended.getCount() == 0) {
        // The signal came while the end was being told: the exit code is the guest's, not
        // SIGTERM's.
        acknowledged.await(2, TimeUnit.SECONDS);
        exitCode = endedWell() ? 0 : 1;
      } else if (guest.pid().isEmpty()) {
        Log.say("Terminated before the guest was started");
        String reason = journal.isMarked() ? "unknown" : "never-started";
        journal.noteEnd(reason);
        link.send(Message.of("ENDED", "reason", reason));
        acknowledged.await(1, TimeUnit.SECONDS);
      } else {
        exitCode = shutGuestDown();
      }
    } catch (InterruptedException | IOException e) {
      Log.say("Termination: " + e.getMessage());
    }
    libvirtd.close();
    Runtime.getRuntime().halt(exitCode);
  }

  private int shutGuestDown() throws InterruptedException {
    Log.say("SIGTERM: the guest is asked to shut down, " + options.gracePeriodSeconds() + " s");
    if (options.gracePeriodSeconds() > 0) {
      guest.shutDown();
      ended.await(options.gracePeriodSeconds(), TimeUnit.SECONDS);
    }
    if (ended.getCount() > 0) {
      Log.say("The grace period is over: the domain is destroyed");
      guest.destroy();
      ended.await(DESTROY_SECONDS, TimeUnit.SECONDS);
    }
    acknowledged.await(2, TimeUnit.SECONDS);
    return endedWell() ? 0 : 1;
  }

  private boolean endedWell() {
    String reason = journal.end().orElse("unknown");
    return reason.equals("shutdown") || reason.equals("destroyed");
  }
}
