package io.vireo.dev.stack;

import io.vireo.dev.controlplane.ControlPlane;
import io.vireo.dev.kafka.KafkaUsers;
import io.vireo.dev.kubelet.NodeNetwork;
import io.vireo.dev.process.FolderRemoval;
import io.vireo.dev.process.ManagedProcess;
import io.vireo.dev.process.ProcessSpec;
import io.vireo.schemas.KafkaConnection;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Starts, asks and stops a stack, from the command line or a test. It keeps nothing in memory: the
 * stack is found by its folder, whoever started it.
 */
public final class StackClient {

  private static final Duration READY_MAX = Duration.ofMinutes(1);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final int TAIL_LINES = 30;
  private static final List<String> SUPERVISOR_FLAGS = List.of("-Xmx1g");

  private final StateDir state;

  /** A client of the stack in this folder, running or not. */
  public StackClient(StateDir state) {
    this.state = state;
  }

  /**
   * Refuses a folder whose stack was made with another runtime; {@link #start} does too, but a
   * caller may have long work to do before.
   *
   * @throws IOException says what the folder is, and what to do
   */
  public void checkRuntime(PodRuntime runtime) throws IOException {
    KubeletRuntime.checkState(state, runtime);
  }

  /**
   * Starts a stack and waits until it is ready.
   *
   * @param progress takes lines for people
   * @throws IOException when it does not come up; the message says why
   */
  public static StackClient start(StackOptions options, Consumer<String> progress)
      throws IOException, InterruptedException {
    StateDir state = new StateDir(options.stateDir());
    state.create();
    if (SupervisorLock.holder(state).isPresent()) {
      throw new IOException(SupervisorLock.refusal(state));
    }
    KubeletRuntime.checkState(state, options.runtime());
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--state", state.root().toString(),
                "--runtime", options.runtime().toString(),
                "--control-plane", options.hostControlPlane() ? "host" : "pods",
                "--nodes", Integer.toString(options.nodes()),
                "--schedulers", Integer.toString(options.schedulers())));
    if (options.failpoints().isPresent()) {
      Files.createDirectories(options.failpoints().get());
      arguments.addAll(List.of("--failpoints", options.failpoints().get().toString()));
    }
    if (options.separate()) {
      arguments.add("--separate");
    }
    List<String> command = new ArrayList<>(List.of("setsid"));
    command.addAll(JvmCommand.of(StackMain.class.getName(), SUPERVISOR_FLAGS, arguments));
    // Of this start alone: one at the same moment has its own.
    Path output = Files.createTempFile(state.logs(), "supervisor-", ".out");
    Path log = state.logs().resolve(SupervisorFiles.LOG);
    Process supervisor =
        new ProcessBuilder(command)
            .directory(state.root().toFile())
            .redirectInput(new File("/dev/null"))
            .redirectOutput(output.toFile())
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    try {
      follow(supervisor, output, log, progress);
    } catch (InterruptedException e) {
      supervisor.destroy();
      throw e;
    } finally {
      Files.move(
          output,
          state.logs().resolve(SupervisorFiles.OUTPUT),
          java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }
    return new StackClient(state);
  }

  private static void follow(Process supervisor, Path output, Path log, Consumer<String> progress)
      throws IOException, InterruptedException {
    int seen = 0;
    while (true) {
      boolean alive = supervisor.isAlive();
      String text = Files.readString(output, StandardCharsets.UTF_8);
      // Whole lines only; the rest comes with the next look.
      List<String> lines = text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
      for (String line : lines.subList(seen, lines.size())) {
        if (line.equals(SupervisorFiles.READY)) {
          return;
        }
        progress.accept(line);
      }
      seen = lines.size();
      if (!alive) {
        String last =
            lines.stream()
                .filter(line -> line.startsWith(SupervisorFiles.FAILED))
                .findFirst()
                .orElse(lines.isEmpty() ? "no output" : lines.getLast());
        throw new IOException(
            "Expected the stack to start, but its supervisor ended with "
                + supervisor.exitValue()
                + ": "
                + last
                + "\nEnd of "
                + log
                + ":\n"
                + ManagedProcess.tail(log, TAIL_LINES));
      }
      Thread.sleep(POLL);
    }
  }

  /** What the stack says of itself, with the processes as they are now; pid 0 for a dead part. */
  public Optional<StackFile> status() throws IOException {
    Optional<StackFile> file = StackFile.read(state);
    if (file.isEmpty()) {
      return file;
    }
    StackFile stack = file.get();
    List<StackFile.Component> parts = new ArrayList<>();
    for (StackFile.Component part : stack.components()) {
      Path spec = SupervisorFiles.spec(state, part.name());
      long pid =
          part.pid() == stack.supervisorPid() || Files.notExists(spec)
              ? part.pid()
              : pidOf(ProcessSpec.load(spec));
      parts.add(
          new StackFile.Component(
              part.name(), pid, part.healthAddress(), part.address(), part.log()));
    }
    return Optional.of(
        new StackFile(
            stack.supervisorPid(),
            stack.supervisorStart(),
            stack.separate(),
            stack.kafkaBootstrap(),
            stack.registryUrl(),
            stack.apiServerUrl(),
            stack.nodes(),
            parts));
  }

  static long pidOf(ProcessSpec spec) {
    try {
      return ManagedProcess.adopt(spec).map(ManagedProcess::pid).orElse(0L);
    } catch (IOException e) {
      throw new UncheckedIOException("Expected to read " + spec.pidFile(), e);
    }
  }

  /** Whether a supervisor lives, ready or still starting. */
  public boolean isRunning() throws IOException {
    return SupervisorLock.holder(state).isPresent();
  }

  /**
   * Stops the stack in order; its state stays. What still runs after this time is killed. Does
   * nothing when no part runs.
   */
  public void stop(Duration max) throws IOException, InterruptedException {
    Optional<ManagedProcess.Identity> supervisor = SupervisorLock.holder(state);
    if (supervisor.isPresent()) {
      long deadline = System.nanoTime() + max.toNanos();
      ProcessHandle.of(supervisor.get().pid()).ifPresent(ProcessHandle::destroy);
      while (supervisor.get().isAlive() && System.nanoTime() < deadline) {
        Thread.sleep(POLL);
      }
      if (supervisor.get().isAlive()) {
        ProcessHandle.of(supervisor.get().pid()).ifPresent(ProcessHandle::destroyForcibly);
      }
    }
    killRest();
    KubeletRuntime.removeTraces(state);
    Files.deleteIfExists(state.stackFile());
  }

  /** Parts of a supervisor that did not end in order. */
  private void killRest() throws IOException, InterruptedException {
    for (ProcessSpec spec : SupervisorFiles.savedSpecs(state)) {
      Optional<ManagedProcess> process = ManagedProcess.adopt(spec);
      if (process.isPresent()) {
        process.get().kill();
      }
    }
  }

  /**
   * Removes all state of a stack that is stopped.
   *
   * @throws IllegalStateException when the stack runs
   * @throws IOException when the folder is no stack's, or something is mounted beneath it
   */
  public void purge() throws IOException {
    if (isRunning()) {
      throw new IllegalStateException(
          "Expected the stack on " + state.root() + " to be stopped; stop it first");
    }
    if (Files.notExists(state.root())) {
      return;
    }
    // Somebody may have named a folder of theirs by mistake.
    if (Files.notExists(SupervisorFiles.lock(state)) || Files.notExists(state.logs())) {
      throw new IOException("Expected " + state.root() + " to be a stack's folder; left alone");
    }
    FolderRemoval.remove(state.runDir());
    FolderRemoval.remove(state.root());
  }

  /**
   * Kills one part with SIGKILL and waits for its end. It stays dead until {@link #startComponent},
   * or a {@link Watchdog} that minds it.
   *
   * @throws IllegalStateException when the part has no process of its own
   */
  public void kill(String name) throws IOException, InterruptedException {
    Optional<ManagedProcess> process = ManagedProcess.adopt(savedSpec(name));
    if (process.isPresent()) {
      process.get().kill();
    }
  }

  /**
   * Stops one part's process where it is, with SIGSTOP, until {@link #resume}. Its connections stay
   * open and nobody answers on them.
   *
   * @throws IllegalStateException when the part does not run or has no process of its own
   */
  public void pause(String name) throws IOException, InterruptedException {
    running(name).pause();
  }

  /** Lets a paused part go on, with SIGCONT. */
  public void resume(String name) throws IOException, InterruptedException {
    running(name).resume();
  }

  private ManagedProcess running(String name) throws IOException {
    return ManagedProcess.adopt(savedSpec(name))
        .orElseThrow(() -> new IllegalStateException("Expected " + name + " to run"));
  }

  /** Starts again whatever ends from now on, until it is closed. */
  public Watchdog watchdog() {
    return Watchdog.start(state);
  }

  /** How this part was started last. */
  public ProcessSpec howStarted(String name) throws IOException {
    return savedSpec(name);
  }

  /** Each part that has a process of its own, and which process that is now; empty when dead. */
  public Map<String, Optional<ManagedProcess.Identity>> processes() throws IOException {
    Map<String, Optional<ManagedProcess.Identity>> found = new TreeMap<>();
    for (ProcessSpec spec : SupervisorFiles.savedSpecs(state)) {
      found.put(
          spec.name(),
          ManagedProcess.readPidFile(spec.pidFile()).filter(ManagedProcess.Identity::isAlive));
    }
    return found;
  }

  /**
   * Waits until a part with a health endpoint says that it is ready, whichever process it is by
   * then. Returns at once for a part without one.
   *
   * @throws IOException when it does not in this time; the message says what it says instead
   */
  public void awaitReady(String name, Duration max) throws IOException, InterruptedException {
    String address = savedSpec(name).environment().get("VIREO_HEALTH_ADDRESS");
    if (address != null) {
      Readiness.awaitHealthy(name, address, max, Optional::empty);
    }
  }

  /** Who to be on Kafka, by a name of {@code KafkaAccess}. */
  public KafkaConnection kafka(String user) throws IOException {
    return new KafkaUsers(state.kafkaUsers()).connection(ports().address(Supervisor.KAFKA), user);
  }

  /** Starts a part that was killed, as it was started before, and waits until it is ready. */
  public void startComponent(String name) throws IOException, InterruptedException {
    ProcessSpec spec = savedSpec(name);
    if (ControlPlane.PARTS.contains(name)) {
      Path program = Path.of(spec.command().getFirst());
      Path programs = program.toAbsolutePath().getParent();
      if (programs == null) {
        throw new IOException("Expected " + program + " to be in a folder");
      }
      attached(programs).startPart(name);
      return;
    }
    Watchdog.startIfDead(spec);
    Supplier<Optional<String>> failure =
        () ->
            pidOf(spec) == 0
                ? Optional.of("it ended:\n" + ManagedProcess.tail(spec.log(), TAIL_LINES))
                : Optional.empty();
    String address = spec.environment().get("VIREO_HEALTH_ADDRESS");
    if (address != null) {
      Readiness.awaitHealthy(name, address, READY_MAX, failure);
    }
  }

  // Closing it would stop the parts, which are the supervisor's to stop.
  @SuppressWarnings("resource")
  private ControlPlane attached(Path programs) throws IOException {
    return ControlPlane.attach(state, ports(), NodeNetwork.host(state), programs);
  }

  private Ports ports() throws IOException {
    return Ports.load(state.portsFile());
  }

  private ProcessSpec savedSpec(String name) throws IOException {
    Path file = SupervisorFiles.spec(state, name);
    if (Files.notExists(file)) {
      throw new IllegalStateException(
          "Expected "
              + name
              + " to have a process of its own, but it has none; a stack gives"
              + " Kafka and Vireo's parts one with --separate");
    }
    return ProcessSpec.load(file);
  }
}
