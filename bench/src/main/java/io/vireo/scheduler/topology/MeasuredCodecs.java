package io.vireo.scheduler.topology;

import io.vireo.scheduler.core.Command;
import io.vireo.scheduler.core.Decision.Issued;
import io.vireo.scheduler.core.Input;
import io.vireo.scheduler.core.VmiRef;
import io.vireo.scheduler.core.VmiState;
import io.vireo.scheduler.owner.OwnerInput;
import io.vireo.schemas.avro.Domains;
import io.vireo.schemas.avro.DomainsObserved;
import io.vireo.schemas.avro.LauncherPods;
import io.vireo.schemas.avro.Outcome;
import io.vireo.schemas.avro.PodsObserved;
import io.vireo.schemas.avro.Vmi;
import io.vireo.schemas.avro.VmiDesired;
import io.vireo.schemas.avro.VmiOwner;
import java.util.Objects;
import org.apache.avro.specific.SpecificRecord;

/** The codecs of a task, as it calls them. */
public final class MeasuredCodecs {

  private MeasuredCodecs() {}

  /**
   * What a record about one VMI is to the core.
   *
   * @throws IllegalArgumentException for a record of another kind
   */
  public static Input input(SpecificRecord record) {
    return switch (record) {
      case VmiDesired desired when desired.getBody() instanceof Vmi vmi ->
          InputCodec.vmiSeen(vmi, desired.getIncarnation());
      case PodsObserved observed when observed.getBody() instanceof LauncherPods pods ->
          InputCodec.podsSeen(pods, observed.getIncarnation());
      case DomainsObserved observed when observed.getBody() instanceof Domains domains ->
          InputCodec.domainsSeen(domains, observed.getIncarnation());
      case Outcome outcome -> InputCodec.outcomeSeen(outcome);
      default -> throw new IllegalArgumentException("Expected one VMI, but got " + record);
    };
  }

  /** What an owner of VMIs is to its core. */
  public static OwnerInput input(VmiOwner owner, long incarnation) {
    return OwnerCodec.ownerSeen(owner, incarnation);
  }

  /** A command as its record. */
  public static SpecificRecord command(VmiRef ref, Issued issued, String cause, long nowMs) {
    return switch (issued.command()) {
      case Command.ToCluster command -> CommandCodec.cluster(ref, issued, command, cause, nowMs);
      case Command.ToNode command -> CommandCodec.node(ref, issued, command, cause, nowMs);
    };
  }

  /**
   * A state as it is stored.
   *
   * @param wakeUpAtMs 0 for never
   */
  public static byte[] stored(VmiState state, long wakeUpAtMs) {
    return StateCodec.encode(new StateCodec.Stored(state, wakeUpAtMs));
  }

  /** What {@link #stored} gave. */
  public static VmiState state(byte[] stored) {
    return Objects.requireNonNull(StateCodec.decode(stored).state());
  }
}
