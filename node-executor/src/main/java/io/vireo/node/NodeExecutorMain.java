package io.vireo.node;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.vireo.health.HealthServer;
import io.vireo.node.console.ConsoleServer;
import io.vireo.node.core.MachineCapabilities;
import io.vireo.node.kafka.NodeKafka;
import io.vireo.node.kafka.PositionFile;
import io.vireo.node.kubelet.DevicePlugin;
import io.vireo.node.kubelet.HostDevice;
import io.vireo.node.kubelet.PodResources;
import io.vireo.node.launcher.Launcher;
import io.vireo.node.launcher.LauncherHub;
import io.vireo.node.launcher.LauncherSession;
import io.vireo.node.launcher.PodName;
import io.vireo.node.libvirt.CapabilitiesFolder;
import io.vireo.node.libvirt.DomainConnection;
import io.vireo.node.network.GuestNetworks;
import io.vireo.node.network.HelperNetworks;
import io.vireo.node.roster.RosterFiles;
import io.vireo.schemas.KafkaCluster;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the executor of one node. */
public final class NodeExecutorMain {

  private static final Logger log = LoggerFactory.getLogger(NodeExecutorMain.class);

  private NodeExecutorMain() {}

  /** Starts from the environment and runs until SIGTERM. Domains outlive it. */
  public static void main(String[] args) throws Exception {
    CountDownLatch stopped = new CountDownLatch(1);
    KafkaCluster.exitWhenReplaced();
    AutoCloseable executor = start(System.getenv());
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  try {
                    executor.close();
                  } catch (Exception e) {
                    log.atWarn().setCause(e).log("The executor did not stop cleanly");
                  } finally {
                    stopped.countDown();
                  }
                },
                "executor-stop"));
    stopped.await();
  }

  /** Starts and returns; the result stops it. */
  @SuppressWarnings({
    "resource",
    "FutureReturnValueIgnored"
  }) // Each is closed by what is returned, in reverse order.
  public static AutoCloseable start(Map<String, String> env) throws Exception {
    NodeExecutorConfig config = NodeExecutorConfig.fromEnv(env);
    Files.createDirectories(config.stateDir());
    Deque<AutoCloseable> parts = new ArrayDeque<>();
    try {
      parts.push(lock(config.stateDir().resolve("lock")));
      HealthServer health =
          HealthServer.start(config.healthAddress(), "node-executor-" + config.node());
      parts.push(health);
      EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
      parts.push(() -> group.shutdownGracefully(0, 1, TimeUnit.SECONDS));
      PodResources pods = new PodResources(config.kubeletDir(), group);
      parts.push(pods);
      LauncherHub hub =
          new LauncherHub(
              config.runDir().resolve("d"), device -> pods.podOf(DevicePlugin.LAUNCHER, device));
      parts.push(hub);
      NodeKafka kafka = new NodeKafka(config.kafka(), health.registry());
      parts.push(kafka);
      LoopThread loop = new LoopThread();
      Optional<CapabilitiesFolder> capabilities =
          config.capabilitiesDir().map(CapabilitiesFolder::new);
      NodeExecutor executor =
          executor(
              config,
              capabilities.isEmpty() ? null : capabilities.get().facts(),
              kafka,
              loop,
              hub,
              pods,
              health.registry());
      parts.push(executor);
      parts.push(loop);
      hub.start(executor.launchers());
      parts.push(
          DevicePlugin.launchers(
              config.kubeletDir(), hub::allocate, cache(config, capabilities), group));
      for (HostDevice device : HostDevice.of(config.devDir())) {
        parts.push(DevicePlugin.sharing(config.kubeletDir(), device, group));
      }
      parts.push(
          ConsoleServer.start(
              config.consoleHost(),
              config.consolePort(),
              config.consoleTokenFile(),
              uid -> session(hub, executor.launcherOf(uid)),
              executor::consoleChanged));
      executor.start();
      parts.push(new Turns(executor));
      observe(health, executor, loop);
      log.atInfo().addKeyValue("node", config.node()).log("Node executor started");
      return () -> closeAll(parts);
    } catch (Exception e) {
      closeAll(parts);
      throw e;
    }
  }

  /** What libvirt keeps of its questions to QEMU, where launchers may read it. */
  private static Optional<Path> cache(
      NodeExecutorConfig config, Optional<CapabilitiesFolder> capabilities) throws IOException {
    if (capabilities.isEmpty()) {
      log.atWarn()
          .log(
              "VIREO_NODE_CAPABILITIES_DIR is not set: the node gets no labels of machine types and"
                  + " CPU models, so no launcher is put here");
      return Optional.empty();
    }
    Path cache = config.runDir().resolve("c");
    capabilities.get().publishCache(cache);
    return Optional.of(cache);
  }

  private static NodeExecutor executor(
      NodeExecutorConfig config,
      @Nullable MachineCapabilities capabilities,
      NodeKafka kafka,
      Loop loop,
      LauncherHub hub,
      PodResources pods,
      MeterRegistry registry)
      throws IOException {
    Path sockets = Files.createDirectories(config.runDir().resolve("l"));
    return new NodeExecutor(
        config.node(),
        System.currentTimeMillis(),
        capabilities,
        new NodeExecutor.Ports(
            new RosterFiles(config.stateDir().resolve("roster")),
            new PositionFile(config.stateDir().resolve("position")),
            kafka,
            kafka.commands(),
            kafka.reports(),
            loop,
            InstantSource.system(),
            new WorkerThreads(),
            (launcher, uid, changed) ->
                DomainConnection.open(connected(hub, launcher), uid, sockets, changed),
            config
                .networkSocket()
                .<GuestNetworks>map(
                    helper -> new HelperNetworks(helper, launcher -> hub.handOver(launcher.id())))
                .orElse(GuestNetworks.none()),
            () -> launcherPods(hub, pods)),
        registry);
  }

  private static LauncherSession connected(LauncherHub hub, Launcher launcher) throws IOException {
    return hub.session(launcher.id())
        .orElseThrow(() -> new IOException("Expected the launcher to be connected"));
  }

  private static @Nullable LauncherSession session(LauncherHub hub, @Nullable Launcher launcher) {
    return launcher == null ? null : hub.session(launcher.id()).orElse(null);
  }

  private static CompletableFuture<Set<PodName>> launcherPods(LauncherHub hub, PodResources pods) {
    CompletableFuture<Set<PodName>> answer = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("pods")
        .start(
            () -> {
              try {
                Optional<Set<PodName>> found = pods.podsWith(DevicePlugin.LAUNCHER);
                if (found.isPresent() && !hub.hasNameless()) {
                  answer.complete(found.get());
                } else {
                  answer.completeExceptionally(
                      new IOException("Expected the kubelet to name every launcher's pod"));
                }
              } catch (RuntimeException e) {
                answer.completeExceptionally(e);
              }
            });
    return answer;
  }

  private static void observe(HealthServer health, NodeExecutor executor, LoopThread loop) {
    health.check("commands", executor::commandProblem);
    health.check("loop", executor::loopProblem);
    health.check("reports", executor::reportProblem);
    Gauge.builder("vireo.node.queue.depth", loop, LoopThread::queueDepth)
        .register(health.registry());
    Gauge.builder("vireo.node.domains", executor, NodeExecutor::domains)
        .register(health.registry());
  }

  /** Two executors of one node would both act on its commands. */
  private static AutoCloseable lock(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      // The same JVM holds it: told below.
    }
    channel.close();
    throw new IOException(
        "Expected to be the only executor of this node, but " + file + " is locked");
  }

  private static void closeAll(Deque<AutoCloseable> parts) {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        log.atWarn().setCause(e).log("A part did not stop cleanly");
      }
    }
  }
}
