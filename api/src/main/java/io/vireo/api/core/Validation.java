package io.vireo.api.core;

import io.vireo.api.core.Violation.Cause;
import io.vireo.spec.SpecSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Finds every reason why an object may not be stored. */
final class Validation {

  /** Stands for one that is chosen later: every UUID is as valid as another. */
  private static final UUID SOME = new UUID(0, 0);

  private final Accounts ours;
  private final SpecSettings settings;
  private final ClusterConfiguration configuration;

  Validation(Accounts ours, SpecSettings settings, ClusterConfiguration configuration) {
    this.ours = ours;
    this.settings = settings;
    this.configuration = configuration;
  }

  List<Violation> created(AdmissionRequest request, Map<String, Object> object) {
    Node top = new Node("", object);
    List<Violation> found = wrongParts(top);
    if (!found.isEmpty()) {
      return found;
    }
    boolean isVmi = request.kind().equals(Mutation.VMI);
    if (isVmi && !ours.isOurs(request.userName())) {
      found.addAll(MetadataRules.created(top.get("metadata"), configuration));
    }
    if (isVmi) {
      found.addAll(spec(top.get("spec")));
    } else {
      found.addAll(owner(request.kind(), top.get("spec")));
      found.addAll(MetadataRules.created(top.get("spec.template.metadata"), configuration));
    }
    return found;
  }

  List<Violation> updated(
      AdmissionRequest request, Map<String, Object> object, Map<String, Object> oldObject) {
    Node top = new Node("", object);
    Node old = new Node("", oldObject);
    List<Violation> found = wrongParts(top);
    if (!found.isEmpty()) {
      return found;
    }
    boolean same = Trees.same(top.get("spec").value(), old.get("spec").value());
    if (request.kind().equals(Mutation.VMI)) {
      if (!same) {
        found.addAll(
            ours.isOurs(request.userName())
                ? UpdateRules.byOurs(top.get("spec"), old.get("spec"))
                : UpdateRules.byOthers());
      }
      if (!ours.isOurs(request.userName())) {
        found.addAll(
            MetadataRules.updated(top.get("metadata"), old.get("metadata"), configuration));
      }
      return found;
    }
    // What was stored once can be labelled and cleaned up, whatever the rules are now.
    boolean isLeaving = top.has("metadata.deletionTimestamp");
    if (!same && !isLeaving) {
      found.addAll(owner(request.kind(), top.get("spec")));
      found.addAll(
          MetadataRules.updated(
              top.get("spec.template.metadata"), old.get("spec.template.metadata"), configuration));
    }
    return found;
  }

  private static List<Violation> wrongParts(Node top) {
    List<Violation> found = new ArrayList<>();
    for (String part : List.of("metadata", "spec")) {
      if (!(top.get(part).value() instanceof Map)) {
        found.add(new Violation(Cause.INVALID, part, "must be an object"));
      }
    }
    return found;
  }

  private List<Violation> owner(String kind, Node spec) {
    List<Rule> rules = kind.equals(Mutation.VM) ? OwnerRules.VM : OwnerRules.REPLICA_SET;
    List<Violation> found =
        new ArrayList<>(Rules.check(rules, new Scope(spec, configuration, false)));
    Node template = spec.get("template.spec");
    if (spec.has("template") && template.value() instanceof Map<?, ?> tree) {
      // A VMI gets its defaults when it is made: the template is judged by what it will be.
      Map<String, Object> vmi = Trees.copyOf(tree);
      VmiDefaults.apply(vmi, configuration, SpecCheck.readSettings(settings, configuration), SOME);
      found.addAll(new SpecCheck(settings, configuration).check(vmi, template.path()));
    } else if (spec.has("template")) {
      found.add(new Violation(Cause.REQUIRED, template.path(), "must be an object"));
    }
    return found;
  }

  private List<Violation> spec(Node spec) {
    return spec.value() instanceof Map<?, ?> tree
        ? new SpecCheck(settings, configuration).check(Trees.copyOf(tree), spec.path())
        : List.of();
  }
}
