package io.vireo.dev.stack;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The supervisor process: {@code --state DIR --runtime process|kubelet --control-plane host|pods
 * --nodes N [--schedulers N] [--separate] [--failpoints DIR]}. Prints progress and then READY; on
 * SIGTERM it stops everything in order. {@link StackClient} starts it.
 */
public final class StackMain {

  private static final Logger LOG = LoggerFactory.getLogger(StackMain.class);
  private static final int USAGE = 2;
  // A start that is cut short ends at its next wait.
  private static final Duration START_END_MAX = Duration.ofSeconds(20);

  private StackMain() {}

  /** Runs until SIGTERM; ends with 1 when the stack cannot start and 2 on a wrong command line. */
  public static void main(String[] args) throws Exception {
    StackOptions options;
    try {
      options = parse(args);
    } catch (IllegalArgumentException e) {
      System.out.println(e.getMessage());
      System.exit(USAGE);
      return;
    }
    StateDir state = new StateDir(options.stateDir());
    state.create();
    Optional<SupervisorLock> lock = SupervisorLock.acquire(state);
    if (lock.isEmpty()) {
      System.out.println(SupervisorLock.refusal(state));
      System.exit(1);
      return;
    }
    run(new Supervisor(options, state, System.out::println), lock.get());
  }

  private static void run(Supervisor supervisor, SupervisorLock lock) throws InterruptedException {
    CountDownLatch startEnded = new CountDownLatch(1);
    Thread starter = Thread.currentThread();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  stop(supervisor, starter, startEnded);
                  release(lock);
                },
                "stack-stop"));
    boolean up = false;
    try {
      supervisor.start();
      up = true;
    } catch (Exception e) {
      LOG.atError().setCause(e).log("Stack failed to start");
      System.out.println(SupervisorFiles.FAILED + describe(e));
    } finally {
      startEnded.countDown();
    }
    if (!up) {
      System.exit(1);
    }
    System.out.println(SupervisorFiles.READY);
    // The hook works while this thread sleeps; the JVM ends when the hook has.
    new CountDownLatch(1).await();
  }

  private static String describe(Exception e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }

  private static void stop(Supervisor supervisor, Thread starter, CountDownLatch startEnded) {
    try {
      if (startEnded.getCount() > 0) {
        starter.interrupt();
        if (!startEnded.await(START_END_MAX.toSeconds(), TimeUnit.SECONDS)) {
          LOG.atWarn().log("Start did not end in time; stopping what came up so far");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    supervisor.stop();
  }

  private static void release(SupervisorLock lock) {
    try {
      lock.close();
    } catch (IOException e) {
      LOG.atWarn().setCause(e).log("Lock not released");
    }
  }

  private static StackOptions parse(String[] args) {
    Path state = Path.of(".vireo");
    int nodes = 1;
    int schedulers = 1;
    Optional<Path> failpoints = Optional.empty();
    boolean separate = false;
    PodRuntime runtime = PodRuntime.PROCESS;
    boolean hostControlPlane = true;
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--state" -> state = Path.of(value(args, ++i));
        case "--runtime" -> runtime = PodRuntime.of(value(args, ++i));
        case "--control-plane" -> hostControlPlane = value(args, ++i).equals("host");
        case "--nodes" -> nodes = number(args, ++i);
        case "--schedulers" -> schedulers = number(args, ++i);
        case "--failpoints" -> failpoints = Optional.of(Path.of(value(args, ++i)));
        case "--separate" -> separate = true;
        default ->
            throw new IllegalArgumentException(
                "Expected --state DIR, --runtime NAME, --control-plane PLACE, --nodes N,"
                    + " --schedulers N, --separate or --failpoints DIR, but got "
                    + args[i]);
      }
    }
    return new StackOptions(
        state, runtime, hostControlPlane, nodes, schedulers, separate, failpoints);
  }

  private static String value(String[] args, int index) {
    if (index >= args.length) {
      throw new IllegalArgumentException("Expected a value after " + args[index - 1]);
    }
    return args[index];
  }

  private static int number(String[] args, int index) {
    String text = value(args, index);
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "Expected a number after " + args[index - 1] + ", but got " + text, e);
    }
  }
}
