package io.vireo.api.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.spec.SpecReader;
import io.vireo.spec.SpecSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * Valid manifests, each damaged in one place or several: an answer comes in any case and soon, and
 * what is accepted can be carried out. The same seed gives the same manifests.
 */
class DamagePropertiesTest {

  private static final long SEED = 20261124;
  private static final int MANIFESTS = 10_000;

  /** Much more than any of them takes; a check that grows out of hand takes longer. */
  private static final Duration ANSWER_MAX = Duration.ofSeconds(5);

  private static final ClusterConfiguration CONFIGURATION =
      ClusterConfiguration.DEFAULTS.withDefaultNetworkInterface("masquerade");

  /** Names by which others refer to something: the one that is left alone is told as well. */
  private static final List<String> REFERRED = List.of(".name", ".pod", "networks[0]", "volumes[");

  private static List<Map<String, Object>> valid() throws IOException {
    List<Map<String, Object>> valid = new ArrayList<>();
    try (Stream<Path> files = Files.list(Path.of("..", "examples"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList()) {
        try (InputStream in = Files.newInputStream(file)) {
          for (Object document :
              new Load(LoadSettings.builder().build()).loadAllFromInputStream(in)) {
            if (document instanceof Map<?, ?> map && Mutation.VMI.equals(map.get("kind"))) {
              valid.add(Trees.copyOf(map));
            }
          }
        }
      }
    }
    assertThat(valid).hasSizeGreaterThan(10);
    CasesTest.ofSpec()
        .filter(one -> one.data().containsKey("accepted") && !one.data().containsKey("config"))
        .forEach(one -> valid.add(one.object("accepted")));
    return valid;
  }

  private static boolean isReadable(Map<String, Object> vmi, SpecSettings settings) {
    Map<String, Object> spec = Trees.copyOf((Map<?, ?>) Objects.requireNonNull(vmi.get("spec")));
    InlineData.hide(spec);
    return new SpecReader(SpecCheck.readSettings(settings, CONFIGURATION)).read(spec)
        instanceof SpecReader.Result.Accepted;
  }

  @Test
  void shouldAcceptWhatIsNotDamaged() throws IOException {
    for (Map<String, Object> vmi : valid()) {
      assertThat(
              Asking.violations(
                  Asking.admission(Asking.KVM), Asking.create(vmi, Asking.USER), CONFIGURATION))
          .as("%s", vmi)
          .isEmpty();
    }
  }

  @Test
  void shouldAnswerWhateverComes() throws IOException {
    List<Map<String, Object>> valid = valid();
    Random random = new Random(SEED);
    Map<String, Integer> counts = new HashMap<>();
    for (int i = 0; i < MANIFESTS; i++) {
      Map<String, Object> vmi = Trees.copyOf(valid.get(random.nextInt(valid.size())));
      Damage damage = new Damage(random.nextLong());
      boolean emulated = random.nextInt(4) == 0;
      SpecSettings settings = emulated ? Asking.EMULATED : Asking.KVM;
      List<Damage.Done> done = new ArrayList<>();
      int times = random.nextInt(3) == 0 ? 1 + random.nextInt(5) : 1;
      for (int j = 0; j < times; j++) {
        done.add(damage.damage(vmi, random.nextInt(10) == 0 ? "metadata" : "spec"));
      }
      String what = "manifest " + i + ", " + done;
      List<Violation> violations = checked(vmi, settings, what);
      counts.merge(violations.isEmpty() ? "accepted" : "refused", 1, Integer::sum);
      Damage.Done only = done.getFirst();
      if (times == 1 && !emulated && only.kind() == Damage.Kind.REPLACED && !violations.isEmpty()) {
        counts.merge("named", 1, Integer::sum);
        assertThat(violations).as(what).anyMatch(v -> isNamed(v.field(), only.path()));
      }
      if (random.nextInt(4) == 0) {
        owned(vmi, settings, what);
      }
    }
    // Neither all nor nothing is refused: both sides were tried.
    assertThat(counts.get("accepted")).isGreaterThan(MANIFESTS / 20);
    assertThat(counts.get("refused")).isGreaterThan(MANIFESTS / 3);
    assertThat(counts.get("named")).isGreaterThan(MANIFESTS / 5);
  }

  private static List<Violation> checked(
      Map<String, Object> object, SpecSettings settings, String what) {
    Admission admission = Asking.admission(settings);
    AdmissionRequest request = Asking.create(object, Asking.USER);
    long before = System.nanoTime();
    Map<String, Object> stored = Asking.mutated(admission, request, CONFIGURATION);
    AdmissionAnswer answer = admission.validate(Asking.with(request, stored), CONFIGURATION);
    assertThat(Duration.ofNanos(System.nanoTime() - before)).as(what).isLessThan(ANSWER_MAX);
    List<Violation> violations = Asking.violationsOf(answer);
    assertThat(violations).as(what).hasSizeLessThanOrEqualTo(Verdict.LISTED_MAX + 1);
    for (Violation violation : violations) {
      assertThat(violation.message()).as(what).hasSizeBetween(1, 1000);
      assertThat(violation.message().chars()).as(what).allMatch(c -> c >= 0x20 && c < 0x7f);
      assertThat(violation.field()).as(what).hasSizeBetween(1, 1000);
    }
    if (violations.isEmpty() && Mutation.VMI.equals(object.get("kind"))) {
      assertThat(isReadable(stored, settings)).as(what).isTrue();
    }
    return violations;
  }

  /** A virtual machine that is accepted can be started: its VMI is accepted too. */
  private static void owned(Map<String, Object> vmi, SpecSettings settings, String what) {
    Map<String, Object> vm = Manifests.vmOf(vmi);
    if (!checked(vm, settings, what).isEmpty()) {
      return;
    }
    Map<String, Object> stored =
        Asking.mutated(Asking.admission(settings), Asking.create(vm, Asking.USER), CONFIGURATION);
    Map<String, Object> made = Manifests.vmi();
    made.put("spec", Objects.requireNonNull(Manifests.get(stored, "spec.template.spec").value()));
    assertThat(checked(made, settings, what)).as("the VMI of %s", what).isEmpty();
  }

  private static boolean isNamed(String field, String path) {
    return field.equals(path)
        || isIn(field, path)
        || isIn(path, field)
        || REFERRED.stream().anyMatch(path::contains);
  }

  private static boolean isIn(String inner, String outer) {
    return inner.startsWith(outer + ".") || inner.startsWith(outer + "[");
  }

  @Test
  void shouldAnswerWhateverIsChanged() throws IOException {
    List<Map<String, Object>> valid = valid();
    Random random = new Random(SEED + 1);
    Admission admission = Asking.admission(Asking.KVM);
    for (int i = 0; i < MANIFESTS / 5; i++) {
      boolean isVm = random.nextBoolean();
      Map<String, Object> old = Trees.copyOf(valid.get(random.nextInt(valid.size())));
      if (isVm) {
        old = Manifests.vmOf(old);
      }
      Map<String, Object> stored =
          Asking.mutated(admission, Asking.create(old, Asking.USER), CONFIGURATION);
      Map<String, Object> changed = Trees.copyOf(stored);
      String below = List.of("metadata", "spec", isVm ? "spec" : "status").get(random.nextInt(3));
      new Damage(random.nextLong()).damage(changed, below);
      AdmissionRequest request = Asking.update(changed, stored, Asking.USER);

      Map<String, Object> mutated = Asking.mutated(admission, request, CONFIGURATION);
      List<Violation> violations =
          Asking.violationsOf(admission.validate(Asking.with(request, mutated), CONFIGURATION));

      String what = "change " + i + " below " + below;
      if (!isVm && Trees.isShallow(changed)) {
        assertThat(mutated.get("status")).as(what).isEqualTo(stored.get("status"));
        boolean same = Trees.same(changed.get("spec"), stored.get("spec"));
        assertThat(violations.stream().anyMatch(v -> v.field().equals("spec")))
            .as(what)
            .isEqualTo(!same);
      }
    }
  }
}
