package io.vireo.api.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ValidationTest {

  private static final Admission ADMISSION = Asking.admission(Asking.KVM);

  private static List<Violation> violations(Map<String, Object> object) {
    return Asking.violations(
        ADMISSION, Asking.create(object, Asking.USER), ClusterConfiguration.DEFAULTS);
  }

  @Test
  void shouldTellEveryViolationAtOnce() {
    Map<String, Object> vmi = Manifests.vmi();
    Manifests.set(
        vmi,
        "",
        Map.of(
            "metadata.labels", Map.of("kubevirt.io/nodeName", "n"),
            "spec.hostname", "A",
            "spec.domain.machine.type", "virt",
            "spec.domain.devices.disks[0].bootOrder", 0,
            "spec.evictionStrategy", "LiveMigrate"));

    AdmissionAnswer answer =
        ADMISSION.validate(
            Asking.create(
                Asking.mutated(
                    ADMISSION, Asking.create(vmi, Asking.USER), ClusterConfiguration.DEFAULTS),
                Asking.USER),
            ClusterConfiguration.DEFAULTS);

    assertThat(answer)
        .isInstanceOfSatisfying(
            AdmissionAnswer.Denied.class,
            denied -> {
              assertThat(denied.code()).isEqualTo(422);
              assertThat(denied.reason()).isEqualTo("Invalid");
              assertThat(denied.violations())
                  .extracting(Violation::field)
                  .containsExactlyInAnyOrder(
                      "metadata.labels",
                      "spec.hostname",
                      "spec.domain.machine.type",
                      "spec.domain.devices.disks[0].bootOrder",
                      "spec.evictionStrategy");
            });
  }

  @Test
  void shouldTellNoSecret() {
    Map<String, Object> vmi = Manifests.vmi();
    Map<String, Object> source = new LinkedHashMap<>();
    source.put("userData", "password: hunter2" + "x".repeat(5000));
    source.put("userDataBase64", "!hunter2");
    source.put("networkData", Map.of("hunter2", "hunter2"));
    Manifests.set(
        vmi, "spec.", Map.of("volumes[1]", Map.of("name", "i", "cloudInitNoCloud", source)));

    List<Violation> violations = violations(vmi);

    assertThat(violations).isNotEmpty();
    assertThat(violations).noneMatch(v -> v.toString().contains("hunter2"));
  }

  @Test
  void shouldTakeInlineDataThatLooksLikeAMark() {
    Map<String, Object> vmi = Manifests.vmi();
    Manifests.set(
        vmi,
        "spec.",
        Map.of(
            "volumes[1]",
            Map.of("name", "i", "cloudInitNoCloud", Map.of("userData", "x;bytes=99999"))));

    assertThat(violations(vmi)).isEmpty();
  }

  @Test
  void shouldNameTheFieldsOfATemplateInItsWords() {
    Map<String, Object> vm = Manifests.of(Mutation.VM);
    Manifests.set(
        vm,
        "spec.template.spec.domain.",
        Map.of("resources", Map.of("requests", Map.of("cpu", "2"), "limits", Map.of("cpu", "1"))));

    assertThat(violations(vm))
        .containsExactly(
            new Violation(
                Violation.Cause.INVALID,
                "spec.template.spec.domain.resources.requests.cpu",
                "'2' is greater than spec.template.spec.domain.resources.limits.cpu"));
  }

  @Test
  void shouldJudgeATemplateByWhatItsVmisWillBe() {
    Map<String, Object> vm = Manifests.of(Mutation.VM);
    Manifests.set(
        vm,
        "spec.template.spec.",
        Map.of(
            "volumes[1]", Map.of("name", "more", "emptyDisk", Map.of("capacity", "1Gi")),
            "domain.memory", Map.of(),
            "domain.resources.requests.memory", "64Mi"));

    assertThat(violations(vm)).isEmpty();
  }

  @Test
  void shouldNotHoldUpWhatIsStored() {
    Map<String, Object> old = Manifests.of(Mutation.VM);
    Manifests.set(old, "spec.", Map.of("instancetype.name", "small"));
    Map<String, Object> labelled = Trees.copyOf(old);
    Manifests.set(labelled, "", Map.of("metadata.labels", Map.of("app", "a")));
    Map<String, Object> leaving = Trees.copyOf(old);
    Manifests.set(
        leaving,
        "",
        Map.of("metadata.deletionTimestamp", "2026-11-24T10:00:00Z", "spec.runStrategy", "Once"));
    Map<String, Object> changed = Trees.copyOf(old);
    Manifests.set(changed, "", Map.of("spec.runStrategy", "Once"));

    assertThat(updated(labelled, old)).isEmpty();
    assertThat(updated(leaving, old)).isEmpty();
    assertThat(updated(changed, old))
        .singleElement()
        .satisfies(v -> assertThat(v.field()).isEqualTo("spec.instancetype"));
  }

  private static List<Violation> updated(Map<String, Object> object, Map<String, Object> old) {
    return Asking.violations(
        ADMISSION, Asking.update(object, old, Asking.USER), ClusterConfiguration.DEFAULTS);
  }

  @Test
  void shouldRefuseWhatIsTooDeepWithoutLookingAtIt() {
    Map<String, Object> deep = new LinkedHashMap<>();
    for (int i = 0; i < 100_000; i++) {
      deep = new LinkedHashMap<>(Map.of("a", deep));
    }
    Map<String, Object> vmi = Manifests.vmi();
    vmi.put("more", deep);

    assertThat(violations(vmi)).singleElement().asString().contains("deeper than");
  }

  @Test
  void shouldWarnOfWhatIsDeprecated() {
    ClusterConfiguration configuration =
        Cases.configuration(Map.of("featureGates", List.of("Passt", "Unheard")));
    Map<String, Object> vm = Manifests.of(Mutation.VM);
    Manifests.set(vm, "spec.", Map.of("running", true));

    AdmissionAnswer answer = ADMISSION.validate(Asking.create(vm, Asking.USER), configuration);

    assertThat(answer.warnings())
        .containsExactly(
            "feature gate Passt is deprecated; remove it from the KubeVirt object",
            "spec.running is deprecated, please use spec.runStrategy instead.");
  }

  @Test
  void shouldKnowItsAccounts() {
    assertThat(new Accounts(Set.of("a")).isOurs("a")).isTrue();
    assertThat(new Accounts(Set.of("a")).isOurs("b")).isFalse();
  }
}
