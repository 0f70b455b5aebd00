package io.vireo.api.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MutationTest {

  private static final Admission ADMISSION = Asking.admission(Asking.KVM);
  private static final ClusterConfiguration CONFIGURATION = ClusterConfiguration.DEFAULTS;

  private static Map<String, Object> created(Map<String, Object> object, String user) {
    return Asking.mutated(ADMISSION, Asking.create(object, user), CONFIGURATION);
  }

  private static Map<String, Object> updated(
      Map<String, Object> object, Map<String, Object> old, String user) {
    return Asking.mutated(ADMISSION, Asking.update(object, old, user), CONFIGURATION);
  }

  private static @Nullable Object at(Map<String, Object> object, String path) {
    return Manifests.get(object, path).value();
  }

  private static @Nullable Object annotation(Map<String, Object> object, String key) {
    return at(object, "metadata.annotations") instanceof Map<?, ?> map ? map.get(key) : null;
  }

  private static Map<String, Object> with(Map<String, Object> object, String path, Object value) {
    Map<String, Object> changed = Trees.copyOf(object);
    Manifests.set(changed, "", Map.of(path, value));
    return changed;
  }

  @Test
  void shouldMakeAVmiReadyForItsFirstPod() {
    Map<String, Object> vmi = created(Manifests.vmi(), Asking.USER);

    assertThat(at(vmi, "metadata.finalizers"))
        .isEqualTo(List.of("kubevirt.io/foregroundDeleteVirtualMachine"));
    assertThat(annotation(vmi, "vireo.io/epoch")).isEqualTo("1");
    assertThat(annotation(vmi, "vireo.io/actor")).isEqualTo("alice");
    assertThat(at(vmi, "status"))
        .isEqualTo(
            Map.of(
                "phase",
                "Pending",
                "phaseTransitionTimestamps",
                List.of(
                    Map.of("phase", "Pending", "phaseTransitionTimestamp", "2026-11-24T10:00:00Z")),
                "runtimeUser",
                107L));
  }

  @Test
  void shouldOverwriteWhatOnlyVireoWrites() {
    Map<String, Object> vmi = Manifests.vmi();
    Manifests.set(
        vmi,
        "",
        Map.of(
            "metadata.annotations",
                Map.of(
                    "vireo.io/actor", "root",
                    "vireo.io/epoch", "7",
                    "vireo.io/other", "x",
                    "note", "kept"),
            "metadata.finalizers", List.of("example.org/mine"),
            "status.phase", "Running"));

    Map<String, Object> stored = created(vmi, Asking.USER);

    assertThat(at(stored, "metadata.annotations"))
        .isEqualTo(Map.of("vireo.io/actor", "alice", "vireo.io/epoch", "1", "note", "kept"));
    assertThat(at(stored, "metadata.finalizers"))
        .isEqualTo(List.of("example.org/mine", "kubevirt.io/foregroundDeleteVirtualMachine"));
    assertThat(at(stored, "status.phase")).isEqualTo("Pending");
  }

  @Test
  void shouldCutALongName() {
    Map<String, Object> stored = created(Manifests.vmi(), "u".repeat(400));

    assertThat(annotation(stored, "vireo.io/actor")).isEqualTo("u".repeat(253));
  }

  @Test
  void shouldKeepForWhomVireoMakesAVmi() {
    Map<String, Object> vmi =
        with(Manifests.vmi(), "metadata.annotations", Map.of("vireo.io/actor", "bob"));

    assertThat(annotation(created(vmi, Asking.OURS), "vireo.io/actor")).isEqualTo("bob");
    assertThat(annotation(created(Manifests.vmi(), Asking.OURS), "vireo.io/actor"))
        .isEqualTo(Asking.OURS);
  }

  @Test
  void shouldRestoreTheStatusOfAVmi() {
    Map<String, Object> old = created(Manifests.vmi(), Asking.USER);

    Map<String, Object> forged = with(old, "status.phase", "Succeeded");
    Map<String, Object> taken = Trees.copyOf(old);
    taken.remove("status");

    assertThat(updated(forged, old, "mallory")).isEqualTo(old);
    assertThat(updated(taken, old, "mallory")).isEqualTo(old);
    assertThat(updated(forged, old, Asking.OURS)).isEqualTo(forged);
  }

  @Test
  void shouldSayWhoChangedAnObject() {
    Map<String, Object> old = created(Manifests.vmi(), Asking.USER);

    Map<String, Object> labelled =
        updated(with(old, "metadata.labels", Map.of("app", "a")), old, "bob");
    Map<String, Object> annotated = with(old, "metadata.annotations.note", "x");
    Map<String, Object> finalized =
        updated(with(old, "metadata.finalizers", List.of()), old, "bob");

    assertThat(annotation(labelled, "vireo.io/actor")).isEqualTo("bob");
    assertThat(annotation(updated(annotated, old, "bob"), "vireo.io/actor")).isEqualTo("bob");
    assertThat(annotation(finalized, "vireo.io/actor")).isEqualTo("alice");
    assertThat(at(finalized, "metadata.finalizers")).isEqualTo(List.of());
  }

  @Test
  void shouldRestoreItsAnnotations() {
    Map<String, Object> old = created(Manifests.vmi(), Asking.USER);
    Map<String, Object> forged =
        with(old, "metadata.annotations", Map.of("vireo.io/epoch", "9", "vireo.io/new", "x"));
    Map<String, Object> taken = Trees.copyOf(old);
    Manifests.set(taken, "", new HashMap<>(Map.of("metadata.annotations", Map.of())));

    assertThat(updated(forged, old, "mallory")).isEqualTo(old);
    assertThat(updated(taken, old, "mallory")).isEqualTo(old);
  }

  @Test
  void shouldChooseOnceWhatIsTheSameAtEachStart() {
    Map<String, Object> vm = created(Manifests.of(Mutation.VM), Asking.USER);
    Object uuid = at(vm, "spec.template.spec.domain.firmware.uuid");
    Object serial = at(vm, "spec.template.spec.domain.firmware.serial");

    assertThat(at(vm, "metadata.finalizers"))
        .isEqualTo(List.of("kubevirt.io/virtualMachineControllerFinalize"));
    assertThat(annotation(vm, "vireo.io/actor")).isEqualTo("alice");
    assertThat(annotation(vm, "vireo.io/epoch")).isNull();
    assertThat(at(vm, "spec.template.spec.architecture")).isEqualTo("amd64");
    assertThat(at(vm, "spec.template.spec.domain.machine.type")).isEqualTo("q35");
    assertThat(uuid).isEqualTo(Asking.GENERATED.uuid().toString());
    assertThat(serial).asString().hasSize(36).isNotEqualTo(uuid);
    assertThat(vm).doesNotContainKey("status");

    Map<String, Object> replaced = updated(Manifests.of(Mutation.VM), vm, "bob");
    assertThat(at(replaced, "spec.template.spec.domain.firmware"))
        .isEqualTo(Map.of("uuid", String.valueOf(uuid), "serial", String.valueOf(serial)));
  }

  @Test
  void shouldChooseNothingForAVirtualMachineThatHasRunWithoutIt() {
    Map<String, Object> old = Manifests.of(Mutation.VM);

    Map<String, Object> stored = updated(with(old, "spec.runStrategy", "Halted"), old, "bob");

    assertThat(at(stored, "spec.template.spec.domain.firmware.uuid")).isNull();
  }

  @Test
  void shouldTakeItsAnnotationsOutOfTemplates() {
    for (String kind : List.of(Mutation.VM, Mutation.REPLICA_SET)) {
      Map<String, Object> object =
          with(
              Manifests.of(kind),
              "spec.template.metadata.annotations",
              Map.of("vireo.io/actor", "root", "note", "kept"));

      assertThat(at(created(object, Asking.USER), "spec.template.metadata.annotations"))
          .isEqualTo(Map.of("note", "kept"));
      assertThat(
              at(
                  updated(object, Manifests.of(kind), Asking.USER),
                  "spec.template.metadata.annotations"))
          .isEqualTo(Map.of("note", "kept"));
    }
  }

  @Test
  void shouldLeaveSubresourcesDeletionsAndOtherKindsAlone() {
    Map<String, Object> vm = Manifests.of(Mutation.VM);
    AdmissionRequest status =
        new AdmissionRequest(
            "u",
            Mutation.VM,
            Operation.UPDATE,
            "status",
            "n",
            "x",
            "alice",
            List.of(),
            false,
            vm,
            vm);
    AdmissionRequest deletion =
        new AdmissionRequest(
            "u",
            Mutation.VM,
            Operation.DELETE,
            null,
            "n",
            "x",
            "alice",
            List.of(),
            false,
            null,
            vm);
    AdmissionRequest other =
        new AdmissionRequest(
            "u",
            "ConfigMap",
            Operation.CREATE,
            null,
            "n",
            "x",
            "alice",
            List.of(),
            false,
            Map.of("data", Map.of()),
            null);

    for (AdmissionRequest request : List.of(status, deletion, other)) {
      assertThat(ADMISSION.mutate(request, CONFIGURATION, Asking.GENERATED))
          .isEqualTo(AdmissionAnswer.Allowed.unchanged());
      assertThat(ADMISSION.validate(request, CONFIGURATION))
          .isEqualTo(AdmissionAnswer.Allowed.unchanged());
    }
  }
}
