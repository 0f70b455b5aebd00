package io.vireo.node.core;

import io.vireo.node.core.NodeCommandData.StartDomain;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that this node knows of one VM. Everything but {@link #link} outlives the process.
 *
 * @param fence the highest command accepted
 * @param closedEpoch nothing is started for this epoch or a lower one
 * @param heldEpoch the epoch that {@code life}, {@code end} and {@code stop} are about; 0 for none
 * @param heldPod {@code namespace/name} of its pod, when known
 * @param start the Start that is held, carried out or waiting
 * @param life how far its domain has come; stored before each step's effect
 * @param doubted an executor whose roster was lost may have done more for this VM than is written
 *     here, so nothing here proves that nothing runs
 * @param failure why the held epoch's launcher could not prepare
 * @param end how the domain ended, once it did
 * @param endUntold Kafka does not hold the report of that end yet
 * @param stop set once the domain is to end
 * @param openStart id of the Start whose end was not told yet
 * @param recent the last ends, told again as they were when a command is read again
 * @param untold ends of commands that Kafka does not hold yet, in order
 * @param link the connected launcher
 */
public record LaneState(
    VmRef vm,
    Fence fence,
    long closedEpoch,
    long heldEpoch,
    @Nullable String heldPod,
    @Nullable StartDomain start,
    Life life,
    boolean doubted,
    @Nullable Failure failure,
    @Nullable String end,
    boolean endUntold,
    @Nullable Stop stop,
    @Nullable String openStart,
    List<CommandEnd> recent,
    List<CommandEnd> untold,
    @Nullable Link link,
    long changedAtMs) {

  public LaneState {
    // A roster of an earlier release has neither.
    untold = untold == null ? List.of() : List.copyOf(untold);
    recent = recent == null ? List.of() : List.copyOf(recent);
    heldEpoch = heldEpoch == 0 && start != null ? start.header().epoch() : heldEpoch;
  }

  /** More than one reading of the topic repeats of one VM after a restart. */
  private static final int RECENT_MAX = 16;

  /** Place of a command in the order of its VM. */
  public record Fence(long epoch, long seq, String commandId) {

    /** Whether a command of this place is higher than the one held. */
    public boolean admits(long otherEpoch, long otherSeq) {
      return otherEpoch > epoch || (otherEpoch == epoch && otherSeq > seq);
    }
  }

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

  /** Why a launcher could not prepare. */
  public record Failure(String reason, String message) {}

  /**
   * What libvirt says.
   *
   * @param state running, paused, shutdown, shutoff or absent
   * @param reason libvirt's word for why
   * @param sizes of volumes that are known only once they are made
   * @param agentConnected the guest's agent holds its channel open
   */
  public record DomainView(
      String state,
      String reason,
      @Nullable String machine,
      List<Nic> nics,
      boolean agentConnected,
      List<VolumeSize> sizes) {
    public DomainView {
      nics = List.copyOf(nics);
      sizes = List.copyOf(sizes);
    }

    /** Of a domain without an agent. */
    public DomainView(String state, String reason, @Nullable String machine, List<Nic> nics) {
      this(state, reason, machine, nics, false, List.of());
    }

    public DomainView withSizes(List<VolumeSize> next) {
      return new DomainView(state, reason, machine, nics, agentConnected, next);
    }

    boolean differsFrom(@Nullable DomainView other) {
      // What comes of the agent is told by its own rules.
      return other == null || !withoutAgent().equals(other.withoutAgent());
    }

    private DomainView withoutAgent() {
      return new DomainView(state, reason, machine, nics, false, sizes);
    }

    boolean isAlive() {
      return state.equals("running") || state.equals("paused") || state.equals("shutdown");
    }
  }

  /**
   * An interface of the domain.
   *
   * @param linkState up or down
   */
  public record Nic(String name, String mac, int queues, String linkState) {}

  /** How large a volume is. */
  public record VolumeSize(String name, long bytes) {}

  /** The end of one command. */
  public record CommandEnd(
      String commandId,
      String commandType,
      String result,
      @Nullable String reason,
      @Nullable String message) {}

  /** A VM that this node hears of for the first time. */
  public static LaneState fresh(VmRef vm) {
    return new Copy(vm).build();
  }

  /** The same when an executor whose roster was lost may have known it. */
  public static LaneState doubted(VmRef vm) {
    return fresh(vm).withDoubt(true);
  }

  /** Whether a process of this VM may be running as far as this node knows. */
  public boolean mayRun() {
    return life == Life.MARKING || life == Life.CREATING || life == Life.LIVE;
  }

  /** Whether a command was accepted before and its end is still to come or to be told. */
  boolean isOpen(String commandId) {
    return commandId.equals(openStart)
        || (stop != null && commandId.equals(stop.commandId()))
        || untold.stream().anyMatch(end -> end.commandId().equals(commandId));
  }

  /** Whether its name must not be given to another VM on this node. */
  public boolean keepsName() {
    return mayRun() || (doubted && life == Life.UNBORN && heldEpoch > 0);
  }

  /** The connected launcher if it is the one of the held epoch. */
  public @Nullable Link heldLink() {
    return link != null && link.epoch() == heldEpoch ? link : null;
  }

  /** The state as it is on disk: without the connection. */
  public LaneState durable() {
    return withLink(null);
  }

  /**
   * The same under the name that a command gives it; a launcher may come before any command. Its
   * pod is then in the namespace of the VM, or it is no launcher of this VM.
   */
  public LaneState named(VmRef name) {
    Copy copy = new Copy(this);
    copy.vm = name;
    if (link != null && !link.pod().startsWith(name.namespace() + "/")) {
      copy.link = null;
    }
    return copy.build();
  }

  LaneState withFence(Fence next) {
    Copy copy = new Copy(this);
    copy.fence = next;
    return copy.build();
  }

  LaneState withClosedEpoch(long epoch) {
    Copy copy = new Copy(this);
    copy.closedEpoch = Math.max(epoch, closedEpoch);
    return copy.build();
  }

  /** Begins with an epoch of which nothing is known but its number. */
  LaneState withHeld(long epoch, @Nullable String pod) {
    Copy copy = new Copy(this);
    copy.heldEpoch = epoch;
    copy.heldPod = pod;
    copy.start = null;
    copy.life = Life.UNBORN;
    copy.failure = null;
    copy.end = null;
    copy.endUntold = false;
    copy.stop = null;
    copy.openStart = null;
    return copy.build();
  }

  LaneState withStart(StartDomain next) {
    Copy copy =
        new Copy(withHeld(next.header().epoch(), next.podNamespace() + "/" + next.podName()));
    copy.start = next;
    copy.openStart = next.header().commandId();
    return copy.build();
  }

  LaneState withLife(Life next) {
    Copy copy = new Copy(this);
    copy.life = next;
    return copy.build();
  }

  LaneState withDoubt(boolean next) {
    Copy copy = new Copy(this);
    copy.doubted = next;
    return copy.build();
  }

  LaneState withFailure(Failure next) {
    Copy copy = new Copy(this);
    copy.failure = next;
    return copy.build();
  }

  LaneState withEnded(String reason) {
    Copy copy = new Copy(this);
    copy.life = Life.ENDED;
    copy.end = reason;
    copy.endUntold = true;
    copy.doubted = false;
    return copy.build();
  }

  LaneState withEndTold() {
    Copy copy = new Copy(this);
    copy.endUntold = false;
    return copy.build();
  }

  LaneState withStop(@Nullable Stop next) {
    Copy copy = new Copy(this);
    copy.stop = next;
    return copy.build();
  }

  LaneState withCommandEnd(CommandEnd ended) {
    Copy copy = new Copy(this);
    copy.openStart = ended.commandId().equals(openStart) ? null : openStart;
    List<CommandEnd> ends = new ArrayList<>(recent);
    ends.add(ended);
    copy.recent = ends.subList(Math.max(0, ends.size() - RECENT_MAX), ends.size());
    copy.untold = new ArrayList<>(untold);
    copy.untold.add(ended);
    return copy.build();
  }

  LaneState withTold(String commandId) {
    Copy copy = new Copy(this);
    copy.untold = untold.stream().filter(e -> !e.commandId().equals(commandId)).toList();
    return copy.build();
  }

  LaneState withLink(@Nullable Link next) {
    Copy copy = new Copy(this);
    copy.link = next;
    return copy.build();
  }

  LaneState changedAt(long ms) {
    Copy copy = new Copy(this);
    copy.changedAtMs = ms;
    return copy.build();
  }

  /** A state that is being changed. */
  private static final class Copy {
    VmRef vm;
    Fence fence = new Fence(0, 0, "");
    long closedEpoch;
    long heldEpoch;
    @Nullable String heldPod;
    @Nullable StartDomain start;
    Life life = Life.UNBORN;
    boolean doubted;
    @Nullable Failure failure;
    @Nullable String end;
    boolean endUntold;
    @Nullable Stop stop;
    @Nullable String openStart;
    List<CommandEnd> recent = List.of();
    List<CommandEnd> untold = List.of();
    @Nullable Link link;
    long changedAtMs;

    Copy(VmRef vm) {
      this.vm = vm;
    }

    Copy(LaneState from) {
      this.vm = from.vm;
      this.fence = from.fence;
      this.closedEpoch = from.closedEpoch;
      this.heldEpoch = from.heldEpoch;
      this.heldPod = from.heldPod;
      this.start = from.start;
      this.life = from.life;
      this.doubted = from.doubted;
      this.failure = from.failure;
      this.end = from.end;
      this.endUntold = from.endUntold;
      this.stop = from.stop;
      this.openStart = from.openStart;
      this.recent = from.recent;
      this.untold = from.untold;
      this.link = from.link;
      this.changedAtMs = from.changedAtMs;
    }

    LaneState build() {
      return new LaneState(
          vm,
          fence,
          closedEpoch,
          heldEpoch,
          heldPod,
          start,
          life,
          doubted,
          failure,
          end,
          endUntold,
          stop,
          openStart,
          recent,
          untold,
          link,
          changedAtMs);
    }
  }
}
