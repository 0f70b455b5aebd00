package io.vireo.cli.demo;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.vireo.cli.Cluster;
import io.vireo.cli.Failure;
import io.vireo.cli.Place;
import io.vireo.cli.Steps;
import io.vireo.cli.StopOnExit;
import io.vireo.cli.TextTable;
import io.vireo.cli.doctor.Doctor;
import io.vireo.cli.doctor.Finding;
import io.vireo.cli.doctor.Repair;
import io.vireo.cli.events.EventReader;
import io.vireo.cli.events.EventRow;
import io.vireo.cli.measure.DomainWatch;
import io.vireo.dev.stack.StackClient;
import io.vireo.dev.stack.StackFile;
import io.vireo.dev.stack.StackOptions;
import io.vireo.schemas.KafkaAccess;
import io.vireo.schemas.Topics;
import io.vireo.schemas.VmiEventType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Everything from an empty machine to a virtual machine that came and went. */
public final class Demo {

  /**
   * What to do.
   *
   * @param count virtual machines, one after another
   * @param keep leave the stack up
   * @param report where to write the figures, if anywhere
   * @param yes install packages without asking
   * @param separate start each part in a process of its own
   * @param idleSeconds how long to measure the idle stack; 0 for not at all
   */
  public record Options(
      int count,
      boolean keep,
      @Nullable Path report,
      boolean yes,
      boolean separate,
      int idleSeconds) {}

  private static final String LAST_EVENT = VmiEventType.VMI_ENDED.wireName();
  private static final Duration LAST_EVENT_MAX = Duration.ofSeconds(5);

  private final Place place;
  private final Options options;
  private final Steps steps;
  private String step = "checking the machine";

  /** A demo on the stack of this place. */
  public Demo(Place place, Options options, Steps steps) {
    this.place = place;
    this.options = options;
    this.steps = steps;
  }

  /** Runs all; the message of what it throws names the step, the cause and the log. */
  public void run() throws Exception {
    refuseOtherStack();
    try (StopOnExit guard = StopOnExit.arm(place, steps)) {
      boolean ours = false;
      try {
        prepare();
        StackClient client = place.client();
        ours = !client.isRunning();
        if (ours) {
          step = "starting the stack";
          start(guard);
        } else {
          steps.line("ok      using the stack that runs on " + place.state().root());
        }
        virtualMachines();
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception e) {
        if (ours && !options.keep()) {
          stopAfterFailure();
        }
        throw new Failure(
            "%s failed: %s%nLog: %s".formatted(step, Failure.describe(e), place.log()), e);
      }
      finish(ours);
    }
  }

  /** Before minutes are spent: a stack that runs stays as it is. */
  private void refuseOtherStack() throws Exception {
    StackClient client = place.client();
    Optional<StackFile> stack = client.isRunning() ? client.status() : Optional.empty();
    if (options.separate() && stack.filter(running -> !running.separate()).isPresent()) {
      throw new Failure(
          "the stack that runs on "
              + place.state().root()
              + " has its parts in one process, which --separate cannot change; stop it first: "
              + place.command("down"));
    }
  }

  private void prepare() throws Exception {
    new Repair(place, steps, options.yes()).run();
    List<Finding> findings = new Doctor(place).examine();
    List<String> missing =
        findings.stream()
            .filter(Finding::isMissing)
            .map(f -> f.check() + ": " + f.found() + " (" + f.fix() + ")")
            .toList();
    if (!missing.isEmpty()) {
      throw new Failure(String.join("; ", missing));
    }
    findings.stream()
        .filter(finding -> finding.state() == Finding.State.WARNING)
        .forEach(f -> steps.line("note    " + f.check() + ": " + f.found() + "; " + f.fix()));
  }

  private void start(StopOnExit guard) throws Exception {
    steps.run(
        step,
        (Consumer<String> detail) -> {
          guard.startsStack();
          return StackClient.start(
              new StackOptions(place.state().root(), 1, options.separate()), detail);
        });
  }

  private void virtualMachines() throws Exception {
    step = "connecting to the stack";
    StackFile stack = place.running();
    Map<String, Double> idle = null;
    if (options.idleSeconds() > 0 && stack.separate()) {
      step = "measuring the idle stack";
      idle = IdleCpu.measure(stack, Duration.ofSeconds(options.idleSeconds()), steps);
    }
    List<VmiRun> runs = new ArrayList<>();
    try (KubernetesClient client = Cluster.connect(place.state().kubeconfig());
        DomainWatch domains = DomainWatch.start(place.kafka(stack, KafkaAccess.OPERATOR))) {
      GuestRun guest = new GuestRun(place, stack, client, domains, steps);
      for (int i = 1; i <= options.count(); i++) {
        GenericKubernetesResource vmi = example();
        if (options.count() > 1) {
          vmi.getMetadata().setName(vmi.getMetadata().getName() + "-" + i);
        }
        step = "the way of " + vmi.getMetadata().getName();
        runs.add(guest.run(vmi));
        if (i == 1) {
          step = "reading the events";
          showEvents(stack, runs.getFirst());
        }
      }
    }
    System.out.print(summary(runs));
    step = "writing the report";
    Path report = options.report();
    if (report != null) {
      Files.writeString(report, Report.json(runs, stack, place.home(), idle));
      steps.line("ok      report written to " + report);
    }
  }

  private GenericKubernetesResource example() throws IOException {
    return Serialization.unmarshal(
        Files.readString(place.example("tiny.yaml")), GenericKubernetesResource.class);
  }

  private void showEvents(StackFile stack, VmiRun run) throws IOException, InterruptedException {
    try (EventReader reader =
        EventReader.open(
            stack,
            place.kafka(stack, KafkaAccess.AUDITOR),
            List.of(Topics.VMI_EVENTS),
            "",
            run.name())) {
      TextTable table = EventRow.table();
      eventsToTheLast(reader, run.uid()).forEach(row -> row.addTo(table));
      System.out.println();
      System.out.println("What vireo.vmi.events.v1 carried:");
      System.out.print(table.render());
      System.out.println();
      System.out.flush();
    }
  }

  /** The object is gone a moment before the record of its end is written. */
  private static List<EventRow> eventsToTheLast(EventReader reader, String uid)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + LAST_EVENT_MAX.toNanos();
    List<EventRow> rows = new ArrayList<>();
    List<EventRow> read = reader.readToEnd();
    while (true) {
      read.stream().filter(row -> row.text("vmiUid").equals(uid)).forEach(rows::add);
      boolean ended = rows.stream().anyMatch(row -> row.text("type").equals(LAST_EVENT));
      if (ended || System.nanoTime() > deadline) {
        return rows;
      }
      read = reader.next();
    }
  }

  private static String summary(List<VmiRun> runs) {
    TextTable table =
        new TextTable("VMI", "POD", "BOUND", "DOMAIN", "RUNNING", "LOGIN", "GONE", "WRITES");
    for (VmiRun run : runs) {
      table.row(
          run.name(),
          seconds(run.applyToPodCreatedMs()),
          seconds(run.applyToBoundMs()),
          seconds(run.applyToDomainRunningMs()),
          seconds(run.applyToRunningMs()),
          seconds(run.applyToLoginMs()),
          seconds(run.deleteToGoneMs()),
          "" + run.writes().total());
    }
    return "Since it was applied, or deleted for GONE:\n" + table.render();
  }

  private static String seconds(double millis) {
    return String.format(Locale.ROOT, "%.2f s", millis / 1000);
  }

  private void stopAfterFailure() throws Exception {
    try {
      stop();
    } catch (IOException e) {
      steps.line("note    the stack did not stop: " + Failure.describe(e));
    }
  }

  private void stop() throws Exception {
    steps.run(
        "stopping the stack",
        () -> {
          place.client().stop(StopOnExit.STOP_MAX);
          return true;
        });
  }

  private void finish(boolean ours) throws Exception {
    if (ours && !options.keep()) {
      step = "stopping the stack";
      stop();
    } else {
      Optional<StackFile> stack = place.client().status();
      stack.ifPresent(
          s ->
              steps.line(
                  "The stack is still up: "
                      + place.command("status")
                      + ", "
                      + place.command("down")));
    }
  }
}
