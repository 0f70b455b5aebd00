package io.vireo.node.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that this node knows of one VM. Everything but {@link #link} outlives the process.
 *
 * @param fence the highest command accepted
 * @param closedEpoch nothing is started for this epoch or a lower one
 * @param start the Start that is held, carried out or waiting
 * @param life how far its domain has come; stored before each step's effect
 * @param end how the domain ended, once it did
 * @param stop set once the domain is to end
 * @param openStart id of the Start whose end was not told yet
 * @param lastEnd the end of the highest command, told again when it is asked again
 * @param link the connected launcher of the held epoch
 */
public record LaneState(
    VmRef vm,
    Fence fence,
    long closedEpoch,
    NodeCommandData.@Nullable StartDomain start,
    Life life,
    @Nullable String end,
    @Nullable Stop stop,
    @Nullable String openStart,
    @Nullable CommandEnd lastEnd,
    @Nullable Link link,
    long changedAtMs) {

  /** Place of a command in the order of its VM. */
  public record Fence(long epoch, long seq, String commandId) {}

  /** How far a domain has come. */
  public enum Life {
    /** Nothing was done; a launcher of the epoch may start. */
    UNBORN,
    /** The launcher was, or is about to be, told to mark itself used. */
    MARKING,
    /** The domain may have been created. */
    CREATING,
    /** The domain was created. */
    LIVE,
    /** It ended, or can never begin. */
    ENDED
  }

  /**
   * The domain is to end.
   *
   * @param graceful by ACPI first
   * @param pressedAtMs when the power button was pressed last; 0 for never
   */
  public record Stop(
      String commandId, String type, boolean graceful, long deadlineMs, long pressedAtMs) {}

  /**
   * A connected launcher.
   *
   * @param session number of the connection; a higher one is newer
   * @param epoch the epoch that it says it belongs to
   * @param pod {@code namespace/name} by the word of the kubelet
   * @param prepared disks and libvirtd are ready
   */
  public record Link(
      long session,
      long epoch,
      String pod,
      boolean prepared,
      boolean marked,
      @Nullable DomainView domain) {

    boolean isOf(NodeCommandData.StartDomain start) {
      return epoch == start.header().epoch()
          && pod.equals(start.podNamespace() + "/" + start.podName());
    }

    Link withPrepared() {
      return new Link(session, epoch, pod, true, marked, domain);
    }

    Link withMarked() {
      return new Link(session, epoch, pod, prepared, true, domain);
    }

    Link withDomain(DomainView view) {
      return new Link(session, epoch, pod, prepared, marked, view);
    }
  }

  /**
   * What libvirt says.
   *
   * @param state running, paused, shutdown, shutoff or absent
   * @param reason libvirt's word for why
   */
  public record DomainView(String state, String reason, @Nullable String machine, List<Nic> nics) {
    public DomainView {
      nics = List.copyOf(nics);
    }

    boolean isAlive() {
      return state.equals("running") || state.equals("paused") || state.equals("shutdown");
    }
  }

  /** An interface of the domain. */
  public record Nic(String name, String mac) {}

  /** The end of one command. */
  public record CommandEnd(
      String commandId,
      String commandType,
      String result,
      @Nullable String reason,
      @Nullable String message) {}

  /** A VM that this node hears of for the first time. */
  public static LaneState fresh(VmRef vm) {
    return new LaneState(
        vm, new Fence(0, 0, ""), 0, null, Life.UNBORN, null, null, null, null, null, 0);
  }

  /** Whether a process of this VM may be running as far as this node knows. */
  public boolean mayRun() {
    return life == Life.MARKING || life == Life.CREATING || life == Life.LIVE;
  }

  /** Epoch that is being reported on: the connected launcher's, else the held Start's. */
  public long epoch() {
    if (link != null) {
      return link.epoch();
    }
    return start == null ? fence.epoch() : start.header().epoch();
  }

  /** The state as it is on disk: without the connection. */
  public LaneState durable() {
    return withLink(null);
  }

  /** The same under the name that a command gives it; a launcher may come before any command. */
  public LaneState named(VmRef name) {
    return new LaneState(
        name, fence, closedEpoch, start, life, end, stop, openStart, lastEnd, link, changedAtMs);
  }

  LaneState withFence(Fence next) {
    return new LaneState(
        vm, next, closedEpoch, start, life, end, stop, openStart, lastEnd, link, changedAtMs);
  }

  LaneState withClosedEpoch(long epoch) {
    return new LaneState(
        vm,
        fence,
        Math.max(epoch, closedEpoch),
        start,
        life,
        end,
        stop,
        openStart,
        lastEnd,
        link,
        changedAtMs);
  }

  LaneState withStart(NodeCommandData.StartDomain next) {
    return new LaneState(
        vm,
        fence,
        closedEpoch,
        next,
        Life.UNBORN,
        null,
        null,
        next.header().commandId(),
        null,
        link,
        changedAtMs);
  }

  LaneState withLife(Life next) {
    return new LaneState(
        vm, fence, closedEpoch, start, next, end, stop, openStart, lastEnd, link, changedAtMs);
  }

  LaneState withEnded(String reason) {
    return new LaneState(
        vm,
        fence,
        closedEpoch,
        start,
        Life.ENDED,
        reason,
        stop,
        openStart,
        lastEnd,
        link,
        changedAtMs);
  }

  LaneState withStop(@Nullable Stop next) {
    return new LaneState(
        vm, fence, closedEpoch, start, life, end, next, openStart, lastEnd, link, changedAtMs);
  }

  LaneState withLastEnd(CommandEnd ended) {
    String open = ended.commandId().equals(openStart) ? null : openStart;
    return new LaneState(
        vm, fence, closedEpoch, start, life, end, stop, open, ended, link, changedAtMs);
  }

  LaneState withLink(@Nullable Link next) {
    return new LaneState(
        vm, fence, closedEpoch, start, life, end, stop, openStart, lastEnd, next, changedAtMs);
  }

  LaneState changedAt(long ms) {
    return new LaneState(
        vm, fence, closedEpoch, start, life, end, stop, openStart, lastEnd, link, ms);
  }
}
