package io.vireo.bench.core;

import io.vireo.bench.TinyVmi;
import io.vireo.bench.VmiLife;
import io.vireo.scheduler.core.OwnedVmi;
import io.vireo.scheduler.core.VmiState;
import io.vireo.scheduler.owner.OwnerDecider;
import io.vireo.scheduler.owner.OwnerDecision;
import io.vireo.scheduler.owner.OwnerInput;
import io.vireo.scheduler.owner.OwnerRef;
import io.vireo.scheduler.owner.OwnerState;
import io.vireo.scheduler.topology.CoreJson;
import io.vireo.scheduler.topology.MeasuredCodecs;
import io.vireo.schemas.CanonicalJson;
import io.vireo.schemas.avro.VmiOwner;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Evolve and decide for a VirtualMachine that is to run always. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class OwnerBench {

  private static final OwnerRef REF =
      new OwnerRef(
          OwnerRef.VIRTUAL_MACHINE,
          "0b1c0bb0-0000-4000-8000-00000000000a",
          TinyVmi.NAMESPACE,
          "tiny");

  /** What the VirtualMachine is told: that it is wanted, or that its VMI runs. */
  @Param({"vm-is-new", "vmi-runs"})
  public String input = "";

  private final OwnerDecider decider =
      new OwnerDecider(new CoreJson(), VmiLife.decider().commandRetention());
  private OwnerState state = OwnerState.fresh(REF);
  private OwnerInput told = MeasuredCodecs.input(vm(), 1);

  /** Chooses the state and the input. */
  @Setup
  public void prepare() {
    if (input.equals("vmi-runs")) {
      state = Objects.requireNonNull(decide().state());
      told = new OwnerInput.VmiTold(runs());
    }
  }

  private static VmiOwner vm() {
    Map<String, Object> template =
        Map.of("spec", TinyVmi.manifest("tiny").getOrDefault("spec", ""));
    return VmiOwner.newBuilder()
        .setKind(REF.kind())
        .setUid(REF.uid())
        .setNamespace(REF.namespace())
        .setName(REF.name())
        .setGeneration(1)
        .setResourceVersion(10)
        .setCreationTimestamp(Lives.NOW_MS)
        .setLabels(Map.of())
        .setAnnotations(Map.of())
        .setFinalizers(List.of("kubevirt.io/virtualMachineControllerFinalize"))
        .setSpecJson(CanonicalJson.write(Map.of("runStrategy", "Always", "template", template)))
        .setStateChangeRequests(List.of())
        .setStatusHash("none")
        .build();
  }

  private static OwnedVmi runs() {
    VmiState vmi = Lives.one().state();
    return new OwnedVmi(
        vmi.ref().uid(),
        REF.namespace(),
        REF.name(),
        REF.kind(),
        REF.uid(),
        Lives.NOW_MS,
        "Running",
        true,
        false,
        false,
        vmi.shown().conditions(),
        1L,
        Map.of(),
        "node-a");
  }

  /** Both in one, as the scheduler calls them. */
  @Benchmark
  public OwnerDecision decide() {
    return decider.decide(state, told, kind -> true, Lives.NOW_MS);
  }
}
