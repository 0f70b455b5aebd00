package io.vireo.scheduler.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the executor of one node says of one epoch.
 *
 * @param state launcher-connected, preparing-failed, running, paused, shutdown, ended or unknown
 * @param proven the end is certain
 * @param agent of the guest; null while none is connected
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
    @Nullable Agent agent,
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

  /** What the agent in the guest says; a text is empty if it does not say. */
  public record Agent(
      String osId,
      String osName,
      String osPrettyName,
      String osVersion,
      String osVersionId,
      String kernelRelease,
      String kernelVersion,
      String machine) {}

  /**
   * One interface of the guest.
   *
   * @param name in the spec; empty for one that only the guest knows
   * @param ips as the guest has them
   */
  public record Interface(
      String name,
      String mac,
      @Nullable String ip,
      List<String> ips,
      String infoSource,
      @Nullable String interfaceName,
      int queueCount,
      @Nullable String linkState) {
    public Interface {
      ips = List.copyOf(ips);
    }
  }

  boolean isAlive() {
    return state.equals("running") || state.equals("paused") || state.equals("shutdown");
  }

  /** Whether the guest's agent is connected, as far as is known. */
  boolean hasAgent() {
    return isAlive() && agent != null;
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
