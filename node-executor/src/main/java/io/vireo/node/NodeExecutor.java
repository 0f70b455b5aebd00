package io.vireo.node;

import io.micrometer.core.instrument.MeterRegistry;
import io.vireo.node.core.MachineCapabilities;
import io.vireo.node.kafka.CommandInbox;
import io.vireo.node.kafka.Position;
import io.vireo.node.kafka.ReportOutbox;
import io.vireo.node.kafka.TopicIds;
import io.vireo.node.kubelet.NodePods;
import io.vireo.node.launcher.Launcher;
import io.vireo.node.launcher.LauncherListener;
import io.vireo.node.libvirt.Libvirt;
import io.vireo.node.network.GuestNetworks;
import io.vireo.node.roster.Roster;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;

/**
 * The executor of one node without its threads and clients: commands in, rules, effects, reports
 * out. Started with {@link #start}; then whoever owns it calls {@link #commandTurn} and {@link
 * #reportTurn} again and again, each from one thread at a time, and tells {@link #launchers} who
 * dials in. It makes no thread, reads no clock but the one given, and sleeps nowhere.
 */
public final class NodeExecutor implements AutoCloseable {

  private final NodeLoop loop;
  private final ReportOutbox reports;
  private final CommandInbox inbox;
  private final LauncherListener launchers;
  private final InstantSource clock;

  /** Everything that it works on. Consumer and producer stay their maker's to close. */
  public record Ports(
      Roster roster,
      Position position,
      TopicIds topicIds,
      Consumer<String, byte[]> commands,
      Producer<String, byte[]> reports,
      Loop loop,
      InstantSource clock,
      Workers workers,
      Libvirt.Connector libvirt,
      GuestNetworks networks,
      NodePods pods) {}

  /**
   * Reads the roster.
   *
   * @param node name of the node
   * @param session start of this executor in ms since the epoch; higher than that of any before
   * @param capabilities what the machine can do; null if it is not known
   */
  public NodeExecutor(
      String node,
      long session,
      @Nullable MachineCapabilities capabilities,
      Ports ports,
      MeterRegistry registry)
      throws IOException {
    this.clock = ports.clock();
    this.reports = new ReportOutbox(node, session, capabilities, ports.reports(), registry);
    this.loop =
        new NodeLoop(
            node,
            ports.roster(),
            ports.position(),
            reports,
            ports.loop(),
            clock,
            ports.workers(),
            ports.libvirt(),
            ports.networks(),
            ports.pods());
    this.inbox =
        new CommandInbox(
            node,
            ports.commands(),
            ports.topicIds(),
            ports.position(),
            loop::accept,
            reports,
            clock);
    this.launchers = loop.launchers();
  }

  /** Says what is held and begins the heartbeat, on the loop. */
  public void start() {
    loop.start();
  }

  /** See {@link CommandInbox#turn}. */
  public CompletableFuture<?> commandTurn(Duration wait) throws IOException {
    return inbox.turn(wait);
  }

  /** See {@link ReportOutbox#turn}. */
  public boolean reportTurn(Duration wait) throws InterruptedException {
    return reports.turn(wait);
  }

  /** To be told what launchers do, from any thread; for one launcher, in order. */
  public LauncherListener launchers() {
    return launchers;
  }

  /** The connected launcher of a VMI. */
  @Nullable Launcher launcherOf(String uid) {
    return loop.launcherOf(uid);
  }

  void consoleChanged(String uid, boolean opened, String client) {
    reports.console(uid, opened, client, clock.millis());
  }

  int domains() {
    return loop.domains();
  }

  Optional<String> commandProblem() {
    return inbox.problem();
  }

  Optional<String> loopProblem() {
    return Optional.ofNullable(loop.problem());
  }

  Optional<String> reportProblem() {
    return Optional.ofNullable(reports.problem());
  }

  /** Lets go of launchers; domains live on. */
  @Override
  public void close() {
    loop.close();
  }
}
