package io.vireo.api.core;

import io.vireo.api.core.Violation.Cause;
import io.vireo.spec.Problem;
import io.vireo.spec.SpecReader;
import io.vireo.spec.SpecSettings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Everything that is wrong with the spec of a VMI: KubeVirt's rules, and whatever {@link
 * SpecReader}, by which specs are carried out, refuses. What both find is told once, in the words
 * of the rule.
 */
final class SpecCheck {

  /** Of a list; rules compare entries with each other. */
  private static final int ITEMS_MAX = 256;

  private static final int NODES_MAX = 20_000;

  private final SpecSettings settings;
  private final ClusterConfiguration configuration;

  SpecCheck(SpecSettings settings, ClusterConfiguration configuration) {
    this.settings = settings;
    this.configuration = configuration;
  }

  /**
   * Checks a spec that has its defaults.
   *
   * @param prefix where it is in the object
   */
  List<Violation> check(Map<String, Object> spec, String prefix) {
    Node top = new Node("spec", spec);
    List<Violation> found = new ArrayList<>();
    if (Trees.isLarge(spec, NODES_MAX)) {
      found.add(
          new Violation(
              Cause.INVALID, prefix, "must not have more than " + NODES_MAX + " values in all"));
      return found;
    }
    longLists(top, found);
    Scope scope = new Scope(top, configuration, !prefix.equals("spec"));
    if (found.isEmpty()) {
      found.addAll(Rules.check(Rules.OF_SPEC, scope));
    }
    addProblems(spec, scope, found);
    return found.stream().map(violation -> moved(violation, prefix)).toList();
  }

  private static void longLists(Node node, List<Violation> found) {
    if (node.value() instanceof List<?> list && list.size() > ITEMS_MAX) {
      found.add(
          new Violation(
              Cause.INVALID, node.path(), "must not have more than " + ITEMS_MAX + " entries"));
      return;
    }
    if (node.value() instanceof Map<?, ?> map) {
      map.forEach((key, item) -> longLists(new Node(node.path() + "." + key, item), found));
    } else {
      node.items().forEach(item -> longLists(item, found));
    }
  }

  private void addProblems(Map<String, Object> spec, Scope scope, List<Violation> found) {
    Map<String, Object> shown = Trees.copyOf(spec);
    InlineData.hide(shown);
    SpecReader.Result result = new SpecReader(readSettings(settings, configuration)).read(shown);
    if (!(result instanceof SpecReader.Result.Refused refused)) {
      return;
    }
    Set<String> ruled = new HashSet<>();
    Set<String> ruledAsUnsupported = new HashSet<>();
    for (Violation violation : found) {
      ruled.add(violation.field());
      if (violation.cause() == Cause.NOT_SUPPORTED) {
        ruledAsUnsupported.add(violation.field());
      }
    }
    for (Problem problem : refused.problems()) {
      Set<String> told = problem.kind() == Problem.Kind.NOT_SUPPORTED ? ruledAsUnsupported : ruled;
      if (!told.contains(problem.path()) && !isEcho(problem, scope)) {
        found.add(new Violation(cause(problem.kind()), problem.path(), problem.message()));
      }
    }
  }

  /** What the reader misses only since what stands for it is wrong, which is told by itself. */
  private static boolean isEcho(Problem problem, Scope scope) {
    return problem.kind() == Problem.Kind.REQUIRED
        && problem.path().equals("spec.domain.memory.guest")
        && ResourceRules.hasMemory(scope);
  }

  /** What specs are read with under this configuration. */
  static SpecSettings readSettings(SpecSettings settings, ClusterConfiguration configuration) {
    return new SpecSettings(
        configuration.defaultNetworkInterface(),
        settings.emulation(),
        settings.launcherImage(),
        settings.containerDisks(),
        settings.podNetwork());
  }

  private static Cause cause(Problem.Kind kind) {
    return switch (kind) {
      case NOT_SUPPORTED -> Cause.NOT_SUPPORTED;
      case INVALID -> Cause.INVALID;
      case REQUIRED -> Cause.REQUIRED;
      case NOT_FOUND -> Cause.NOT_FOUND;
    };
  }

  private static Violation moved(Violation violation, String prefix) {
    if (prefix.equals("spec")) {
      return violation;
    }
    String field = prefix + violation.field().substring("spec".length());
    // Messages name other fields from spec on; those of the configuration are in another object.
    String message =
        violation.message().replaceAll("\\bspec\\.(?!configuration|template)", prefix + ".");
    return new Violation(violation.cause(), field, message);
  }
}
