package io.vireo.ingest.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a node says of a volume that it cannot mount is told with the pod. */
class MountFailedTest {

  private static final String MISSING = "secret \"keys\" not found";

  private final Intake intake = new Intake(10_000, 40_000);

  @BeforeEach
  void listed() {
    apply(new Input.ListEnded(ListKind.POD));
  }

  private List<Output> apply(Input... inputs) {
    List<Output> outputs = new ArrayList<>();
    for (Input input : inputs) {
      outputs.addAll(intake.apply(input, 1_000_000));
    }
    return outputs;
  }

  private static Input pod(String uid, String state) {
    return new Input.PodSeen(
        "vmi",
        new PodSnapshot(
            uid,
            "ns",
            "pod",
            1,
            1,
            "node",
            new PodSnapshot.Status("Pending", null, null, null, List.of(), null),
            null,
            new PodSnapshot.Conditions(true, null, null, false, false, null, null),
            List.of(
                new PodSnapshot.ContainerSnapshot(
                    "compute", false, state, null, null, null, null, null, "image"))));
  }

  private static List<@Nullable String> problems(List<Output> outputs) {
    return Arrays.asList(
        outputs.stream()
            .map(output -> ((Output.PodsChanged) output).pods().getFirst().status().mountProblem())
            .toArray(String[]::new));
  }

  @Test
  void shouldTellAProblemOnceAndUntilAContainerStarts() {
    assertThat(problems(apply(pod("p", "waiting")))).containsExactly((String) null);

    assertThat(problems(apply(new Input.MountFailed("p", MISSING)))).containsExactly(MISSING);
    assertThat(apply(new Input.MountFailed("p", MISSING), pod("p", "waiting"))).isEmpty();
    assertThat(problems(apply(pod("p", "running")))).containsExactly((String) null);
    assertThat(apply(new Input.MountFailed("p", "late"))).isEmpty();
  }

  @Test
  void shouldRememberWhatWasHeardBeforeThePod() {
    assertThat(apply(new Input.MountFailed("p", MISSING))).isEmpty();

    assertThat(problems(apply(pod("p", "waiting")))).containsExactly(MISSING);
  }

  @Test
  void shouldForgetWhatIsHeardOfTooManyPods() {
    apply(new Input.MountFailed("p", MISSING));
    for (int i = 0; i < 2000; i++) {
      apply(new Input.MountFailed("other-" + i, MISSING));
    }

    assertThat(problems(apply(pod("p", "waiting")))).containsExactly((String) null);
  }
}
