package io.vireo.api.core;

import static io.vireo.api.core.Rule.invalid;
import static io.vireo.api.core.Rule.required;

import io.vireo.spec.Quantity;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;

/** Rules about memory and CPU. */
final class ResourceRules {

  private static final String CPU = "domain.cpu";
  private static final String RESOURCES = "domain.resources";
  private static final String REQUESTED_MEMORY = "domain.resources.requests.memory";
  private static final String MEMORY_LIMIT = "domain.resources.limits.memory";
  private static final String REQUESTED_CPU = "domain.resources.requests.cpu";
  private static final String CPU_LIMIT = "domain.resources.limits.cpu";
  private static final String PAGE_SIZE = "domain.memory.hugepages.pageSize";
  private static final Quantity LEAST = Quantity.of(1_000_000);

  static final List<Rule> ALL =
      List.of(
          invalid(
              "3",
              REQUESTED_MEMORY,
              ResourceRules::negative,
              "{} must be greater than or equal to 0"),
          invalid(
              "4",
              REQUESTED_MEMORY,
              (memory, scope) ->
                  memory
                      .quantity()
                      .filter(q -> q.value().signum() > 0 && LEAST.isGreaterThan(q))
                      .isPresent(),
              "{} must be greater than or equal to 1M"),
          invalid(
              "5", MEMORY_LIMIT, ResourceRules::negative, "{} must be greater than or equal to 0"),
          invalid(
              "6",
              REQUESTED_MEMORY,
              above(MEMORY_LIMIT),
              "{} is greater than spec.domain.resources.limits.memory"),
          invalid(
              "7",
              PAGE_SIZE,
              (size, scope) -> size.quantity().isEmpty(),
              "{} is not a size of pages, such as 2Mi"),
          invalid(
              "8",
              PAGE_SIZE,
              (size, scope) -> isBelow(guest(scope), size.quantity()),
              "the guest's memory must be equal to or larger than the page size {}"),
          invalid(
              "9",
              PAGE_SIZE,
              (size, scope) -> isUneven(guest(scope), size.quantity()),
              "the guest's memory is not a multiple of the page size {}"),
          invalid(
              "10",
              "domain.memory.guest",
              (guest, scope) ->
                  !scope.configuration().vmRolloutStrategy().equals("LiveUpdate")
                      && above(MEMORY_LIMIT).test(guest, scope),
              "{} must be equal to or less than the memory limit"
                  + " spec.domain.resources.limits.memory"),
          invalid(
              "14",
              REQUESTED_CPU,
              ResourceRules::negative,
              "{} must be greater than or equal to 0"),
          invalid(
              "15", CPU_LIMIT, ResourceRules::negative, "{} must be greater than or equal to 0"),
          invalid(
              "16",
              REQUESTED_CPU,
              above(CPU_LIMIT),
              "{} is greater than spec.domain.resources.limits.cpu"),
          required(
              "17",
              CPU,
              "dedicatedCpuPlacement",
              (cpu, scope) -> scope.isDedicated() && !hasMemory(scope),
              "one of the memory fields should be provided: spec.domain.memory.guest,"
                  + " spec.domain.resources.requests.memory or limits.memory"),
          invalid(
              "18",
              REQUESTED_CPU,
              ResourceRules::dedicatedAndBroken,
              "{} must be an integer number of CPUs"),
          invalid(
              "19",
              CPU_LIMIT,
              ResourceRules::dedicatedAndBroken,
              "{} must be an integer number of CPUs"),
          invalid(
              "20",
              REQUESTED_MEMORY,
              (memory, scope) -> scope.isDedicated() && differs(memory, scope, MEMORY_LIMIT),
              "{} must be equal to spec.domain.resources.limits.memory, since CPUs are dedicated"),
          required(
              "21",
              CPU,
              "dedicatedCpuPlacement",
              (cpu, scope) ->
                  scope.isDedicated()
                      && !hasTopology(cpu)
                      && scope.spec().get(RESOURCES).count("requests.cpu", "limits.cpu") == 0,
              "either spec.domain.resources.requests.cpu, limits.cpu or spec.domain.cpu.cores must"
                  + " be provided when CPUs are dedicated"),
          invalid(
              "22",
              REQUESTED_CPU,
              (cpu, scope) -> scope.isDedicated() && differs(cpu, scope, CPU_LIMIT),
              "{} must be equal to spec.domain.resources.limits.cpu, since CPUs are dedicated"),
          invalid(
              "23",
              REQUESTED_CPU,
              ResourceRules::contradictsTopology,
              "{} and spec.domain.cpu, whose CPUs"
                  + " are dedicated, must not be provided at the same time with different numbers"),
          invalid(
              "23",
              CPU_LIMIT,
              ResourceRules::contradictsTopology,
              "{} and spec.domain.cpu, whose CPUs are"
                  + " dedicated, must not be provided at the same time with different numbers"),
          invalid(
                  "24",
                  CPU,
                  (cpu, scope) -> scope.isDedicated() && cpu.get("threads").isNumberOutside(0, 2),
                  "{}: not more than two threads can be given when CPUs are dedicated")
              .at("threads"),
          invalid(
              "25",
              "domain.cpu.numa.guestMappingPassthrough",
              (numa, scope) -> !scope.isDedicated(),
              "spec.domain.cpu.dedicatedCpuPlacement must be set to true for NUMA passthrough"),
          required(
              "25",
              "domain.cpu.numa.guestMappingPassthrough",
              "",
              (numa, scope) -> !scope.domain().has("memory.hugepages"),
              "spec.domain.memory.hugepages must be requested for NUMA passthrough"),
          invalid(
              "26",
              "domain.cpu.isolateEmulatorThread",
              (isolate, scope) -> isolate.is(true) && !scope.isDedicated(),
              "can only be used in combination with spec.domain.cpu.dedicatedCpuPlacement"),
          invalid(
              "27",
              "domain.cpu.features[].policy",
              (policy, scope) ->
                  policy.isTextBut("force", "require", "optional", "disable", "forbid"),
              "the CPU feature uses policy {}, which is not supported; it must be one of force,"
                  + " require, optional, disable, forbid"),
          invalid(
              "28",
              "domain.cpu.sockets",
              (sockets, scope) -> {
                Node max = scope.domain().get("cpu.maxSockets");
                return max.number().isPresent()
                    && max.number().getAsLong() > 0
                    && sockets.isNumberOutside(0, max.number().getAsLong());
              },
              "{} is greater than the maximum sockets allowed, spec.domain.cpu.maxSockets"),
          invalid(
              "31",
              "domain.cpu.realtime",
              (realtime, scope) -> !scope.isDedicated(),
              "spec.domain.cpu.dedicatedCpuPlacement must be set to true for realtime"),
          required(
              "31",
              "domain.cpu.realtime",
              "",
              (realtime, scope) -> !scope.domain().has("cpu.numa.guestMappingPassthrough"),
              "spec.domain.cpu.numa.guestMappingPassthrough must be defined for realtime"),
          required(
              "120",
              "domain",
              "memory.guest",
              (domain, scope) -> !scope.isTemplate() && !hasMemory(scope),
              "no memory requested, at least one of spec.domain.memory.guest,"
                  + " spec.domain.memory.hugepages.pageSize and"
                  + " spec.domain.resources.requests.memory must be set"));

  private ResourceRules() {}

  private static boolean negative(Node node, Scope scope) {
    return node.quantity().filter(Quantity::isNegative).isPresent();
  }

  private static BiPredicate<Node, Scope> above(String limit) {
    return (node, scope) -> {
      Optional<Quantity> most = scope.spec().get(limit).quantity();
      // A limit of nothing is none.
      return most.isPresent()
          && most.get().value().signum() > 0
          && node.quantity().filter(q -> q.isGreaterThan(most.get())).isPresent();
    };
  }

  private static boolean differs(Node node, Scope scope, String other) {
    Optional<Quantity> one = node.quantity();
    Optional<Quantity> two = scope.spec().get(other).quantity();
    return one.isPresent() && two.isPresent() && one.get().compareTo(two.get()) != 0;
  }

  private static boolean dedicatedAndBroken(Node node, Scope scope) {
    return scope.isDedicated()
        && node.quantity()
            .filter(q -> q.value().remainder(BigDecimal.ONE).signum() != 0)
            .isPresent();
  }

  private static boolean contradictsTopology(Node node, Scope scope) {
    Node cpu = scope.domain().get("cpu");
    long count = topology(cpu);
    return scope.isDedicated()
        && hasTopology(cpu)
        && node.quantity().filter(q -> q.compareTo(Quantity.of(count)) != 0).isPresent();
  }

  private static boolean hasTopology(Node cpu) {
    return cpu.count("sockets", "cores", "threads") > 0;
  }

  private static long topology(Node cpu) {
    long count = 1;
    for (String key : List.of("sockets", "cores", "threads")) {
      long each = cpu.get(key).number().orElse(1);
      count *= Math.clamp(each, 1, 1 << 10);
    }
    return count;
  }

  static boolean hasMemory(Scope scope) {
    Node domain = scope.domain();
    return domain.count(
            "memory.guest",
            "memory.hugepages",
            "resources.requests.memory",
            "resources.limits.memory")
        > 0;
  }

  /** What the guest sees, or nothing where that is not said. */
  private static Optional<Quantity> guest(Scope scope) {
    Node domain = scope.domain();
    return domain
        .get("memory.guest")
        .quantity()
        .or(() -> domain.get("resources.requests.memory").quantity())
        .or(() -> domain.get("resources.limits.memory").quantity());
  }

  private static boolean isBelow(Optional<Quantity> guest, Optional<Quantity> size) {
    return guest.isPresent() && size.isPresent() && size.get().isGreaterThan(guest.get());
  }

  private static boolean isUneven(Optional<Quantity> guest, Optional<Quantity> size) {
    return guest.isPresent()
        && size.isPresent()
        && size.get().value().signum() > 0
        && !size.get().isGreaterThan(guest.get())
        && guest.get().value().remainder(size.get().value()).signum() != 0;
  }
}
