package io.vireo.ingest.core;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one executor says of one epoch of a VMI.
 *
 * @param agent null while none is connected
 */
public record DomainSnapshot(
    String node,
    String nodeUid,
    long epoch,
    long session,
    long sequence,
    State state,
    @Nullable String machineType,
    List<GuestInterface> interfaces,
    @Nullable GuestAgent agent,
    long observedMs,
    List<GuestVolume> volumes) {

  /** Names of the states a report may give. */
  public static final String UNKNOWN = "unknown";

  /** The end of a domain. */
  public static final String ENDED = "ended";

  public DomainSnapshot {
    interfaces = List.copyOf(interfaces);
    volumes = List.copyOf(volumes);
  }

  /** State of the domain or its launcher. */
  public record State(
      String name, @Nullable String reason, @Nullable String message, boolean proven) {}

  /** One interface of the guest. */
  public record GuestInterface(
      String name,
      String mac,
      @Nullable String ip,
      List<String> ips,
      String infoSource,
      @Nullable String interfaceName,
      int queueCount,
      @Nullable String linkState) {

    public GuestInterface {
      ips = List.copyOf(ips);
    }
  }

  /** A volume that the launcher made. */
  public record GuestVolume(String name, long bytes) {}

  /** What the guest's agent says; a text is empty if it does not say. */
  public record GuestAgent(
      String osId,
      String osName,
      String osPrettyName,
      String osVersion,
      String osVersionId,
      String kernelRelease,
      String kernelVersion,
      String machine) {}

  boolean isLaterThan(DomainSnapshot other) {
    return session > other.session || (session == other.session && sequence > other.sequence);
  }

  boolean saysTheSameAs(DomainSnapshot other) {
    return nodeUid.equals(other.nodeUid)
        && state.equals(other.state)
        && Objects.equals(machineType, other.machineType)
        && Objects.equals(agent, other.agent)
        && interfaces.equals(other.interfaces)
        && volumes.equals(other.volumes);
  }

  /** The same epoch after its executor told everything it holds and left this out. */
  DomainSnapshot missingIn(long snapshotSession, long snapshotSequence, long nowMs) {
    return new DomainSnapshot(
        node,
        nodeUid,
        epoch,
        snapshotSession,
        snapshotSequence,
        new State(
            UNKNOWN, "MissingInSnapshot", "The node's executor does not hold it any more.", false),
        machineType,
        interfaces,
        agent,
        nowMs,
        volumes);
  }
}
