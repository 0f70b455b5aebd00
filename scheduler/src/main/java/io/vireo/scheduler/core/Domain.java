package io.vireo.scheduler.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the executor of one node says of one epoch.
 *
 * @param state launcher-connected, preparing-failed, running, paused, shutdown, ended or unknown
 * @param proven the end is certain
 */
public record Domain(
    String node,
    String nodeUid,
    long epoch,
    long session,
    long sequence,
    String state,
    @Nullable String reason,
    @Nullable String message,
    boolean proven,
    List<Interface> interfaces,
    @Nullable String machineType,
    long observedAtMs,
    List<Volume> volumes) {

  public static final String CONNECTED = "launcher-connected";
  public static final String PREPARING_FAILED = "preparing-failed";
  public static final String ENDED = "ended";

  public Domain {
    interfaces = List.copyOf(interfaces);
    // A state of an earlier release has none.
    volumes = volumes == null ? List.of() : List.copyOf(volumes);
  }

  /** A volume that the launcher made. */
  public record Volume(String name, long bytes) {}

  /** One interface of the guest. */
  public record Interface(
      String name,
      String mac,
      @Nullable String ip,
      List<String> ips,
      String infoSource,
      @Nullable String interfaceName) {
    public Interface {
      ips = List.copyOf(ips);
    }
  }

  boolean isAlive() {
    return state.equals("running") || state.equals("paused") || state.equals("shutdown");
  }

  boolean isPausedOnIoError() {
    return state.equals("paused") && "ioerror".equals(reason);
  }

  boolean isProvenEnded() {
    return state.equals(ENDED) && proven;
  }

  /** Whether a guest has run, as opposed to a launcher that never got that far. */
  boolean hasRun() {
    return isAlive()
        || (state.equals(ENDED)
            && !"never-started".equals(reason)
            && !"failed-to-start".equals(reason));
  }
}
