package io.vireo.cluster.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.cluster.core.Ending.Result;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Commands about an owner of VMIs, in a world where each request may go wrong. */
class OwnerCommandsTest {

  private static final String API = "/apis/kubevirt.io/v1/namespaces/ns/";
  private static final String OWNER_PATH = API + "virtualmachines/web";
  private static final String VMI_PATH = API + "virtualmachineinstances/web";
  private static final String REVISION_PATH =
      "/apis/apps/v1/namespaces/ns/controllerrevisions/revision-start-vm-o1-2";
  private static final Command.Owner OWNER =
      new Command.Owner(Command.OwnerKind.VM, "o1", "ns", "web");
  private static final List<String> COMMANDS =
      List.of("create", "delete", "letGo", "status", "finalizer", "release", "event");
  private static final List<String> FAULTS =
      List.of("lostBefore", "lostAfter", "500", "500After", "503", "429", "409");

  private final ModelApiServer server = new ModelApiServer();

  private static Command of(Command.Body body) {
    return new Command("c1", OWNER, body);
  }

  private static Command create(boolean paused) {
    return of(
        new Command.CreateVmi(
            "web",
            2,
            "revision-start-vm-o1-2",
            Map.of("kubevirt.io/vm", "web"),
            Map.of("kubevirt.io/vm-generation", "2"),
            paused));
  }

  private Command command(String name) {
    return server.decidedNow(
        switch (name) {
          case "create" -> create(false);
          case "delete" -> of(new Command.DeleteVmi("web", "vu", null));
          case "letGo" -> of(new Command.ReleaseVmi("web", "vu"));
          case "status" -> of(new Command.WriteOwnerStatus("{\"created\":true}", 0));
          case "finalizer" ->
              of(
                  new Command.WriteOwnerMetadata(
                      List.of("f"), List.of(), Map.of("vireo.io/last-vmi-uid", "u9")));
          case "release" -> of(new Command.WriteOwnerMetadata(List.of(), List.of("old"), Map.of()));
          case "event" -> of(new Command.EmitEvent("Normal", "SuccessfulCreate", "made it"));
          default -> throw new IllegalArgumentException(name);
        });
  }

  private static Map<String, Object> owner(String uid, int generation) {
    Map<String, Object> metadata = new HashMap<>();
    metadata.put("name", "web");
    metadata.put("uid", uid);
    metadata.put("generation", generation);
    metadata.put("finalizers", List.of("old", "other"));
    Map<String, Object> volume =
        Map.of("name", "ci", "cloudInitNoCloud", Map.of("userData", "password: hunter2"));
    Map<String, Object> template =
        Map.of(
            "metadata",
            Map.of(
                "labels", Map.of("app", "web", "kubevirt.io/nodeName", "forged"),
                "annotations", Map.of("note", "x", "vireo.io/epoch", "9")),
            "spec",
            Map.of("volumes", List.of(volume)));
    return Map.of("metadata", metadata, "spec", Map.of("running", true, "template", template));
  }

  private static Map<String, Object> vmi(String uid, @Nullable String controller) {
    Map<String, Object> metadata = new HashMap<>();
    metadata.put("name", "web");
    metadata.put("uid", uid);
    if (controller != null) {
      metadata.put("ownerReferences", List.of(Map.of("uid", controller, "controller", true)));
    }
    return Map.of("metadata", metadata);
  }

  private Ending run(Command command, boolean again, String fault, int faultyRequest) {
    AtomicInteger number = new AtomicInteger();
    AtomicLong nowMs = new AtomicLong(1_700_000_000_000L);
    Api api =
        request ->
            CompletableFuture.completedFuture(
                number.getAndIncrement() == faultyRequest
                    ? faulty(fault, request, command)
                    : server.apply(request, command));
    return new CommandRun(
            api,
            millis -> {
              nowMs.addAndGet(millis);
              return CompletableFuture.completedFuture(null);
            },
            () -> Instant.ofEpochMilli(nowMs.get()),
            problem -> {
              throw new AssertionError(problem);
            })
        .run(command, again, () -> false)
        .resultNow();
  }

  private Ending run(Command command) {
    return run(command, false, "none", -1);
  }

  private ApiAnswer faulty(String fault, ApiRequest request, Command command) {
    Map<String, Object> said = Map.of("reason", "Some", "message", "some");
    return switch (fault) {
      case "lostBefore" -> ApiAnswer.none("reset");
      case "lostAfter" -> {
        server.apply(request, command);
        yield ApiAnswer.none("timeout");
      }
      case "500After" -> {
        server.apply(request, command);
        yield new ApiAnswer(500, said);
      }
      case "409" ->
          request.verb() == ApiRequest.Verb.GET
              ? new ApiAnswer(503, said)
              : new ApiAnswer(409, Map.of("reason", "Conflict", "message", "some"));
      default -> new ApiAnswer(Integer.parseInt(fault), said);
    };
  }

  private void fill(String name) {
    server.objects.clear();
    server.put(OWNER_PATH, owner("o1", 2));
    if (name.equals("delete") || name.equals("letGo")) {
      server.put(VMI_PATH, vmi("vu", "o1"));
    }
  }

  static Stream<Arguments> everyFaultInEveryRequest() {
    return COMMANDS.stream()
        .flatMap(
            command ->
                FAULTS.stream()
                    .flatMap(
                        fault ->
                            IntStream.range(0, 4).mapToObj(n -> Arguments.of(command, fault, n))));
  }

  @ParameterizedTest(name = "{0}: {1} in request {2}")
  @MethodSource("everyFaultInEveryRequest")
  void whatPassesChangesNothingInTheEnd(String name, String fault, int faultyRequest) {
    fill(name);
    run(command(name));
    Map<String, Object> expected = comparable();
    fill(name);

    Ending ending = run(command(name), false, fault, faultyRequest);

    if (name.equals("create") && "NotRepeated".equals(ending.reason())) {
      // The scheduler, which knows what became of the first, decides once more.
      ending = run(create(false));
    }
    assertThat(ending.result()).isEqualTo(Result.DONE);
    assertThat(comparable()).isEqualTo(expected);
    assertThat(server.violations).isEmpty();
  }

  private Map<String, Object> comparable() {
    Map<String, Object> all = new java.util.TreeMap<>();
    server.objects.forEach(
        (path, object) -> {
          Map<String, Object> copy = ModelApiServer.copy(object);
          ModelApiServer.metadata(copy).remove("resourceVersion");
          ModelApiServer.metadata(copy).remove("uid");
          copy.remove("firstTimestamp");
          copy.remove("lastTimestamp");
          all.put(path, copy);
        });
    return all;
  }

  @Test
  void vmiIsWhatTheTemplateSaysAndTheRevisionKeepsIt() {
    fill("create");

    Ending ending = run(create(true));

    Map<String, Object> made = server.objects.get(VMI_PATH);
    assertThat(ending.result()).isEqualTo(Result.DONE);
    assertThat(ending.objectUid()).isEqualTo(Trees.uid(made));
    assertThat(Trees.at(made, "metadata", "labels"))
        .isEqualTo(Map.of("app", "web", "kubevirt.io/vm", "web"));
    assertThat(Trees.at(made, "metadata", "annotations"))
        .isEqualTo(Map.of("note", "x", "kubevirt.io/vm-generation", "2"));
    assertThat(Trees.list(made, "metadata", "ownerReferences"))
        .isEqualTo(
            List.of(
                Map.of(
                    "apiVersion", "kubevirt.io/v1",
                    "kind", "VirtualMachine",
                    "name", "web",
                    "uid", "o1",
                    "controller", true,
                    "blockOwnerDeletion", true)));
    assertThat(Trees.text(made, "spec", "startStrategy")).isEqualTo("Paused");
    assertThat(Trees.list(made, "spec", "volumes")).hasSize(1);
    Map<String, Object> revision = server.objects.get(REVISION_PATH);
    assertThat(Trees.at(revision, "data", "spec")).isEqualTo(owner("o1", 2).get("spec"));
    assertThat(Trees.at(revision, "revision")).isEqualTo(2);
    assertThat(Trees.controllerUid(revision)).isEqualTo("o1");
  }

  @ParameterizedTest(name = "{0}: {1} {2}")
  @CsvSource({
    "gone,      REFUSED, OwnerGone",
    "other,     REFUSED, OwnerGone",
    "deleting,  REFUSED, OwnerDeleting",
    "edited,    REFUSED, GenerationChanged",
    "ours,      DONE,    ''",
    "orphan,    DONE,    ''",
    "foreign,   REFUSED, NameTaken",
    "leaving,   REFUSED, NameTaken",
  })
  void creationEndsAsTheWorldIs(String world, Result result, String reason) {
    fill("create");
    switch (world) {
      case "gone" -> server.objects.clear();
      case "other" -> server.put(OWNER_PATH, owner("o2", 2));
      case "deleting" -> delete(OWNER_PATH);
      case "edited" -> server.put(OWNER_PATH, owner("o1", 3));
      case "ours" -> server.put(VMI_PATH, vmi("vu", "o1"));
      case "orphan" -> server.put(VMI_PATH, vmi("vu", null));
      case "foreign" -> server.put(VMI_PATH, vmi("vu", "o7"));
      default -> {
        server.put(VMI_PATH, vmi("vu", null));
        delete(VMI_PATH);
      }
    }

    Ending ending = run(create(false));

    assertThat(ending.result()).isEqualTo(result);
    assertThat(ending.reason() == null ? "" : ending.reason()).isEqualTo(reason);
    if (result == Result.DONE) {
      assertThat(ending.objectUid()).isEqualTo("vu");
      assertThat(Trees.controllerUid(server.objects.get(VMI_PATH))).isEqualTo("o1");
    }
    assertThat(server.violations).isEmpty();
  }

  private void delete(String path) {
    ModelApiServer.metadata(server.objects.get(path))
        .put("deletionTimestamp", "2026-01-01T00:00:00Z");
  }

  /** The VMI may have run and be gone; the old command must not bring another. */
  @ParameterizedTest(name = "{0}: {1} {2}")
  @CsvSource({
    "absent, UNKNOWN, NotRepeated",
    "ours,   DONE,    ''",
    "orphan, UNKNOWN, NotRepeated",
    "foreign, REFUSED, NameTaken",
  })
  void creationThatMayHaveBeenMakesNothing(String world, Result result, String reason) {
    fill("create");
    switch (world) {
      case "ours" -> server.put(VMI_PATH, vmi("vu", "o1"));
      case "orphan" -> server.put(VMI_PATH, vmi("vu", null));
      case "foreign" -> server.put(VMI_PATH, vmi("vu", "o7"));
      default -> {}
    }
    Map<String, Object> before = comparable();

    Ending ending = run(create(false), true, "none", -1);

    assertThat(ending.result()).isEqualTo(result);
    assertThat(ending.reason() == null ? "" : ending.reason()).isEqualTo(reason);
    assertThat(comparable()).isEqualTo(before);
  }

  @ParameterizedTest(name = "{0} where it is {1}: {2} {3}")
  @CsvSource({
    "delete,    gone,     DONE,       Gone",
    "delete,    other,    DONE,       Gone",
    "letGo,     gone,     DONE,       Gone",
    "letGo,     other,    DONE,       Gone",
    "letGo,     deleting, DONE,       ''",
    "status,    gone,     REFUSED,    OwnerGone",
    "status,    other,    REFUSED,    OwnerGone",
    "status,    deleting, DONE,       ''",
    "finalizer, gone,     REFUSED,    OwnerGone",
    "finalizer, other,    REFUSED,    OwnerGone",
    "finalizer, deleting, REFUSED,    OwnerDeleting",
    "release,   gone,     DONE,       Gone",
    "release,   other,    DONE,       Gone",
    "release,   deleting, DONE,       ''",
    "event,     gone,     DONE,       ''",
  })
  void endsAsItsObjectsAre(String name, String world, Result result, String reason) {
    fill(name);
    Command command = command(name);
    switch (world) {
      case "gone" -> server.objects.clear();
      case "other" -> {
        server.put(OWNER_PATH, owner("o2", 2));
        server.objects.computeIfPresent(VMI_PATH, (path, old) -> server.put(path, vmi("v2", "o1")));
      }
      default -> delete(OWNER_PATH);
    }

    Ending ending = run(command);

    assertThat(ending.result()).isEqualTo(result);
    assertThat(ending.reason() == null ? "" : ending.reason()).isEqualTo(reason);
    assertThat(server.violations).isEmpty();
    if (world.equals("other") && name.equals("delete")) {
      assertThat(server.objects).containsKey(VMI_PATH);
    }
  }

  /** A request that a user put there meanwhile. */
  @Test
  void statusIsNotWrittenOverWhatWasNotSeen() {
    fill("status");
    Command command = command("status");
    Map<String, Object> changed = ModelApiServer.copy(server.objects.get(OWNER_PATH));
    changed.put("status", Map.of("stateChangeRequests", List.of(Map.of("action", "Start"))));
    server.put(OWNER_PATH, changed);

    Ending ending = run(command);

    assertThat(ending.result()).isEqualTo(Result.SUPERSEDED);
    assertThat(ending.reason()).isEqualTo("Conflict");
    assertThat(Trees.list(server.objects.get(OWNER_PATH), "status", "stateChangeRequests"))
        .hasSize(1);
  }

  /** Orphaned, or another's: its uid is still the same. */
  @ParameterizedTest
  @CsvSource({"''", "o2"})
  void vmiOfAnotherIsNotDeleted(String controller) {
    fill("delete");
    server.put(VMI_PATH, vmi("vu", controller.isEmpty() ? null : controller));

    Ending ending = run(command("delete"));

    assertThat(ending.result()).isEqualTo(Result.REFUSED);
    assertThat(ending.reason()).isEqualTo("NotControlled");
    assertThat(server.objects).containsKey(VMI_PATH);
  }

  @Test
  void vmiIsNobodysOnceItIsReleased() {
    fill("letGo");

    run(command("letGo"));

    Map<String, Object> vmi = server.objects.get(VMI_PATH);
    assertThat(Trees.list(vmi, "metadata", "ownerReferences")).isEmpty();
    assertThat(Trees.uid(vmi)).isEqualTo("vu");
  }

  @Test
  void lastFinalizerLetsTheOwnerGo() {
    fill("release");
    delete(OWNER_PATH);

    run(of(new Command.WriteOwnerMetadata(List.of(), List.of("old", "other"), Map.of())));

    assertThat(server.objects).doesNotContainKey(OWNER_PATH);
  }

  @Test
  void annotationsGoWithoutThoseThatAreNotThere() {
    fill("finalizer");
    Map<String, @Nullable String> annotations = new HashMap<>();
    annotations.put("a", "b");
    annotations.put("absent", null);
    run(of(new Command.WriteOwnerMetadata(List.of(), List.of(), annotations)));
    annotations.put("a", null);

    Ending ending = run(of(new Command.WriteOwnerMetadata(List.of(), List.of(), annotations)));

    assertThat(ending.result()).isEqualTo(Result.DONE);
    assertThat(Trees.at(server.objects.get(OWNER_PATH), "metadata", "annotations"))
        .isEqualTo(Map.of());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"password: hunter2, false", "'must have a disk', true"})
  void wordsThatQuoteASecretGoNoFurther(String words, boolean told) {
    FakeApi api =
        new FakeApi()
            .answers(200, ModelApiServer.copy(owner("o1", 2)))
            .answers(201, Map.of())
            .answers(422, Map.of("reason", "Invalid", "message", "no: " + words));

    Ending ending = api.run(create(false));

    assertThat(ending.result()).isEqualTo(Result.REFUSED);
    assertThat(ending.reason()).isEqualTo("Invalid");
    assertThat(String.valueOf(ending.message()).contains(words)).isEqualTo(told);
  }

  @Test
  void bodyOfAnotherKindOfObjectIsRefused() {
    FakeApi api = new FakeApi();

    assertThat(api.run(of(new Command.RemoveFinalizer(List.of("f"), null))).reason())
        .isEqualTo("WrongSubject");
    assertThat(
            api.run(
                    new Command(
                        "c1",
                        new Command.Vmi("u1", "ns", "vm"),
                        new Command.DeleteVmi("vm", "u1", null)))
                .reason())
        .isEqualTo("WrongSubject");
    assertThat(api.asked).isEmpty();
  }

  @Test
  void eventNamesItsOwner() {
    fill("event");

    run(command("event"));

    Map<String, Object> event =
        server.objects.entrySet().stream()
            .filter(each -> each.getKey().contains("/events/"))
            .findFirst()
            .orElseThrow()
            .getValue();
    assertThat(Trees.text(event, "involvedObject", "kind")).isEqualTo("VirtualMachine");
    assertThat(Trees.text(event, "involvedObject", "uid")).isEqualTo("o1");
  }
}
