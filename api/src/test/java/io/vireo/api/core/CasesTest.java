package io.vireo.api.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** For each rule a manifest that it lets pass and one that it refuses; see {@code cases-*.yaml}. */
class CasesTest {

  private static final Admission ADMISSION = Asking.admission(Asking.KVM);

  /** One case. */
  record Case(Map<?, ?> data, boolean ofSpec) {

    String text(String key) {
      return String.valueOf(data.get(key));
    }

    String kind() {
      return data.containsKey("kind") ? text("kind") : Mutation.VMI;
    }

    ClusterConfiguration configuration(@Nullable Object over) {
      return Cases.configuration(over instanceof Map<?, ?> map ? map : Map.of());
    }

    String user(String key) {
      return "ours".equals(data.get(key)) ? Asking.OURS : Asking.USER;
    }

    Map<String, Object> object(String which) {
      Map<String, Object> object = Manifests.of(kind());
      String prefix = ofSpec ? "spec." : "";
      if (data.get("set") instanceof Map<?, ?> set) {
        Manifests.set(object, prefix, set);
      }
      Manifests.set(object, prefix, Objects.requireNonNull(data.get(which)));
      return object;
    }

    /** As an update the object of the base is the old one. */
    AdmissionRequest request(Map<String, Object> object, String user) {
      return "UPDATE".equals(data.get("operation"))
          ? Asking.update(
              object,
              Asking.mutated(
                  ADMISSION,
                  Asking.create(Manifests.of(kind()), user),
                  ClusterConfiguration.DEFAULTS),
              user)
          : Asking.create(object, user);
    }

    List<Violation> violations(String which) {
      boolean refused = which.equals("refused");
      Object without = data.get("without");
      ClusterConfiguration configuration =
          configuration(refused && without != null ? without : data.get("config"));
      String user = user(refused && data.containsKey("refusedBy") ? "refusedBy" : "by");
      Map<String, Object> object = object(which);
      if ("UPDATE".equals(data.get("operation"))) {
        // What is changed is what is stored.
        Map<String, Object> stored =
            Asking.mutated(ADMISSION, Asking.create(Manifests.of(kind()), user), configuration);
        Manifests.set(stored, "", Objects.requireNonNull(data.get(which)));
        object = stored;
      }
      AdmissionRequest request = request(object, user);
      return refused && Boolean.TRUE.equals(data.get("undefaulted"))
          ? Asking.violationsOf(ADMISSION.validate(request, configuration))
          : Asking.violations(ADMISSION, request, configuration);
    }

    boolean isSaid(List<Violation> violations, String prefix) {
      return violations.stream()
          .anyMatch(
              v ->
                  v.field().equals(prefix + text("field").substring(prefix.isEmpty() ? 0 : 4))
                      && v.message().contains(text("says")));
    }

    @Override
    public String toString() {
      return text("rule") + " " + text("field") + ": " + text("says");
    }
  }

  static Stream<Case> cases() {
    List<Case> all = new ArrayList<>();
    for (String file : List.of("machine", "disks", "network", "objects")) {
      for (Object data : (List<?>) Manifests.load("cases-" + file + ".yaml")) {
        all.add(new Case((Map<?, ?>) data, !file.equals("objects")));
      }
    }
    return all.stream();
  }

  static Stream<Case> ofSpec() {
    return cases()
        .filter(
            c ->
                c.ofSpec()
                    && !c.data().containsKey("vmiOnly")
                    && !c.data().containsKey("undefaulted"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldRefuse(Case one) {
    List<Violation> violations = one.violations("refused");

    assertThat(one.isSaid(violations, "")).as("said in %s", violations).isTrue();
    if (one.data().containsKey("accepted")) {
      Set<Object> blamed = new HashSet<>(List.of(one.text("field")));
      if (one.data().get("also") instanceof List<?> also) {
        blamed.addAll(also);
      }
      assertThat(violations)
          .as("nothing else is to blame")
          .allMatch(violation -> blamed.contains(violation.field()));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldLetPass(Case one) {
    boolean accepted = one.data().containsKey("accepted");

    List<Violation> violations = one.violations(accepted ? "accepted" : "passes");

    if (accepted) {
      assertThat(violations).isEmpty();
    } else {
      assertThat(one.isSaid(violations, "")).as("said in %s", violations).isFalse();
      assertThat(violations)
          .as("what is not there yet")
          .anyMatch(v -> v.message().contains("not supported by Vireo yet"));
    }
  }

  @ParameterizedTest
  @MethodSource("ofSpec")
  void shouldRefuseTheTemplateOfAVirtualMachine(Case one) {
    Object without = one.data().get("without");
    ClusterConfiguration configuration =
        one.configuration(without != null ? without : one.data().get("config"));

    List<Violation> violations =
        Asking.violations(
            ADMISSION,
            Asking.create(Manifests.vmOf(one.object("refused")), Asking.USER),
            configuration);

    String field = "spec.template." + one.text("field");
    assertThat(violations).as("a violation of %s", field).anyMatch(v -> v.field().equals(field));
  }

  @Test
  void shouldHaveCasesOfEachRule() {
    Map<String, String> rules = Cases.rules();
    Set<String> checked = new TreeSet<>();
    rules.forEach(
        (id, where) -> {
          if (where.equals("checked")) {
            checked.add(id);
          } else {
            assertThat(where).as("why rule %s is not checked", id).startsWith("not: ");
          }
        });
    Set<String> covered = new TreeSet<>(Set.of("124"));
    cases().forEach(one -> covered.add(one.text("rule")));

    assertThat(covered).isEqualTo(checked);
    for (int number = 1; number <= 124; number++) {
      assertThat(rules).containsKey(String.valueOf(number));
    }
    for (int number = 1; number <= 7; number++) {
      assertThat(rules).containsKey("update-" + number);
    }
  }

  @Test
  void shouldListEachRuleOfTheTables() {
    Set<String> known = Cases.rules().keySet();

    assertThat(
            Stream.of(Rules.OF_SPEC, OwnerRules.VM, OwnerRules.REPLICA_SET)
                .flatMap(List::stream)
                .map(Rule::id))
        .allMatch(known::contains);
  }
}
