package io.vireo.node;

import io.micrometer.core.instrument.Gauge;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.vireo.health.HealthServer;
import io.vireo.node.console.ConsoleServer;
import io.vireo.node.kafka.CommandInbox;
import io.vireo.node.kafka.ReportOutbox;
import io.vireo.node.kubelet.DevicePlugin;
import io.vireo.node.kubelet.PodResources;
import io.vireo.node.launcher.LauncherHub;
import io.vireo.node.roster.RosterFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the executor of one node. */
public final class NodeExecutorMain {

  private static final Logger log = LoggerFactory.getLogger(NodeExecutorMain.class);

  private NodeExecutorMain() {}

  /** Starts from the environment and runs until SIGTERM. Domains outlive it. */
  public static void main(String[] args) throws Exception {
    CountDownLatch stopped = new CountDownLatch(1);
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
      ReportOutbox reports =
          new ReportOutbox(
              config.node(),
              System.currentTimeMillis(),
              config.bootstrapServers(),
              health.registry());
      parts.push(reports);
      Path sockets = Files.createDirectories(config.runDir().resolve("l"));
      NodeLoop loop =
          new NodeLoop(
              config.node(),
              new RosterFiles(config.stateDir().resolve("roster")),
              reports,
              sockets);
      parts.push(loop);
      PodResources pods = new PodResources(config.kubeletDir(), group);
      parts.push(pods);
      LauncherHub hub =
          new LauncherHub(
              config.runDir().resolve("d"),
              device -> pods.podOf(DevicePlugin.LAUNCHER, device),
              loop);
      parts.push(hub);
      parts.push(DevicePlugin.launchers(config.kubeletDir(), hub::allocate, group));
      if (Files.exists(Path.of("/dev/kvm"))) {
        parts.push(DevicePlugin.kvm(config.kubeletDir(), group));
      }
      parts.push(
          ConsoleServer.start(
              config.consoleHost(),
              config.consolePort(),
              config.consoleTokenFile(),
              loop::launcherOf,
              (uid, opened, client) ->
                  reports.console(uid, opened, client, System.currentTimeMillis())));
      loop.start();
      CommandInbox inbox =
          new CommandInbox(
              config.node(),
              config.bootstrapServers(),
              config.stateDir(),
              loop::accept,
              reports,
              health.registry());
      parts.push(inbox);
      observe(health, inbox, loop, reports);
      log.atInfo().addKeyValue("node", config.node()).log("Node executor started");
      return () -> closeAll(parts);
    } catch (Exception e) {
      closeAll(parts);
      throw e;
    }
  }

  private static void observe(
      HealthServer health, CommandInbox inbox, NodeLoop loop, ReportOutbox reports) {
    health.check("commands", inbox::problem);
    health.check("loop", () -> Optional.ofNullable(loop.problem()));
    health.check("reports", () -> Optional.ofNullable(reports.problem()));
    Gauge.builder("vireo.node.queue.depth", loop, NodeLoop::queueDepth).register(health.registry());
    Gauge.builder("vireo.node.domains", loop, NodeLoop::domains).register(health.registry());
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
