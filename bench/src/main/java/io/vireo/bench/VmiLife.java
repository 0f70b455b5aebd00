package io.vireo.bench;

import io.vireo.scheduler.core.Decider;
import io.vireo.scheduler.core.Decision;
import io.vireo.scheduler.core.Input;
import io.vireo.scheduler.core.Surroundings;
import io.vireo.scheduler.core.VmiRef;
import io.vireo.scheduler.core.VmiState;
import io.vireo.scheduler.topology.CoreJson;
import io.vireo.scheduler.topology.MeasuredCodecs;
import io.vireo.schemas.Topic;
import io.vireo.schemas.Topics;
import io.vireo.schemas.avro.NodeCommand;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;

/**
 * The way of one VMI to Running, with every record about it in the order that all of them come in:
 * what the scheduler decides is answered by {@link KubernetesAndNode}, and the answers are the next
 * records. The numbers of its commands follow from its uid and that order, so a scheduler that is
 * given the same records issues the same commands.
 */
public final class VmiLife {

  private static final int STEPS_MAX = 100;
  private static final CoreJson JSON = new CoreJson();

  private final VmiRef ref;
  private final List<Step> steps;

  private VmiLife(VmiRef ref, List<Step> steps) {
    this.ref = ref;
    this.steps = List.copyOf(steps);
  }

  /** A record on its topic, keyed by the uid. */
  public record Said(Topic<?> topic, SpecificRecord value) {}

  /** One record, and what is decided upon it. */
  public record Step(Said said, VmiState before, Input input, Decision decision) {
    /** The state after it. */
    public VmiState after() {
      return Objects.requireNonNull(decision.state());
    }
  }

  /**
   * Lives it.
   *
   * @param number makes its uid and its name
   * @param node where its pod is placed
   */
  public static VmiLife of(long number, String node, long nowMs) {
    VmiRef ref =
        new VmiRef(
            "6d1c0bb0-0000-4000-8000-%012d".formatted(number), TinyVmi.NAMESPACE, "tiny-" + number);
    Decider decider = decider();
    Surroundings around = around();
    KubernetesAndNode world = new KubernetesAndNode(ref, node, nowMs);
    Deque<Said> said = new ArrayDeque<>(world.created());
    List<Step> steps = new ArrayList<>();
    VmiState state = VmiState.fresh(ref);
    while (!said.isEmpty() && steps.size() < STEPS_MAX) {
      Said next = said.remove();
      Input input = MeasuredCodecs.input(next.value());
      Decision decision = decider.decide(state, input, around, nowMs);
      Step step = new Step(next, state, input, decision);
      steps.add(step);
      state = step.after();
      decision.commands().forEach(command -> said.addAll(world.answer(command)));
    }
    return new VmiLife(ref, steps);
  }

  /** A decider of an installation with nothing configured. */
  public static Decider decider() {
    return new Decider(TinyVmi.SETTINGS, JSON);
  }

  /** Everything is listed, and every node is in order. */
  public static Surroundings around() {
    return new Surroundings() {
      @Override
      public boolean isListed() {
        return true;
      }

      @Override
      public Optional<Node> node(String name) {
        return Optional.of(new Node(name, KubernetesAndNode.uidOf(name), "Eligible", null));
      }
    };
  }

  /** Its uid: the key of its records. */
  public String uid() {
    return ref.uid();
  }

  /** Which VMI. */
  public VmiRef ref() {
    return ref;
  }

  /** Its records in order. */
  public List<Step> steps() {
    return steps;
  }

  /** How it ends: it runs, and no command of it waits for an end. */
  public VmiState state() {
    return steps.getLast().after();
  }

  /** Its state at the end, as the scheduler stores it. */
  public byte[] stored() {
    return MeasuredCodecs.stored(state(), steps.getLast().decision().wakeUpAtMs().orElse(0));
  }

  /** How many commands are issued on the way. */
  public long commands() {
    return steps.stream().mapToLong(step -> step.decision().commands().size()).sum();
  }

  /** Its pod is bound, and its guest may start. */
  public Step boundStep() {
    return steps.stream()
        .filter(
            step ->
                step.said().topic().equals(Topics.POD_OBSERVED)
                    && step.decision().events().stream()
                        .anyMatch(event -> event.type().equals("EpochBound")))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("Expected a pod that is bound"));
  }

  /** The first end of a write to the object. */
  public Step writtenStep() {
    return steps.stream()
        .filter(
            step ->
                step.input() instanceof Input.OutcomeSeen seen
                    && seen.outcome().commandType().equals("WriteStatus"))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("Expected a write that ends"));
  }

  /** The last step upon a record of this topic. */
  public Step last(Topic<?> topic) {
    return steps.reversed().stream()
        .filter(step -> step.said().topic().equals(topic))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("Expected a step upon " + topic.name()));
  }

  /** The record of the first command of this type. */
  public Said command(String type) {
    return steps.stream()
        .flatMap(step -> step.decision().commands().stream())
        .filter(issued -> issued.command().type().equals(type))
        .findFirst()
        .map(issued -> MeasuredCodecs.command(ref, issued, "cause", 0))
        .map(
            record ->
                new Said(
                    record instanceof NodeCommand ? Topics.NODE_COMMANDS : Topics.CLUSTER_COMMANDS,
                    record))
        .orElseThrow(() -> new IllegalStateException("Expected a command " + type));
  }
}
