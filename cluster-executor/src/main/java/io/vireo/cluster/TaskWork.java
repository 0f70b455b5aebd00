package io.vireo.cluster;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vireo.cluster.core.CommandRun;
import io.vireo.cluster.core.Ending;
import io.vireo.cluster.core.Lanes;
import io.vireo.cluster.core.Overtaking;
import io.vireo.cluster.kafka.OutcomeOutbox;
import io.vireo.cluster.kafka.Task;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** What a lane does with a task: run it, write its outcome, then count it as finished. */
final class TaskWork implements Lanes.Work<Task> {

  private static final Logger log = LoggerFactory.getLogger(TaskWork.class);

  private final CommandRun run;
  private final OutcomeOutbox outbox;
  private final InstantSource clock;
  private final MeterRegistry registry;

  TaskWork(CommandRun run, OutcomeOutbox outbox, InstantSource clock, MeterRegistry registry) {
    this.run = run;
    this.outbox = outbox;
    this.clock = clock;
    this.registry = registry;
  }

  @Override
  public CompletableFuture<?> run(Task task, Supplier<List<Task>> behind) {
    Instant start = clock.instant();
    return run.run(
            task.command(),
            task.again(),
            () ->
                Overtaking.isOvertaken(
                    task.command(), behind.get().stream().map(Task::command).toList()))
        .thenAccept(ending -> ended(task, ending, start));
  }

  private void ended(Task task, Ending ending, Instant start) {
    Duration took = Duration.between(start, clock.instant());
    outbox.write(task, ending, clock.millis(), task.read()::finished);
    Timer.builder("vireo.cluster.command.duration")
        .tag("type", task.type())
        .tag("result", ending.result().name())
        .register(registry)
        .record(took.isNegative() ? Duration.ZERO : took);
    log.atLevel(ending.result() == Ending.Result.DONE ? Level.DEBUG : Level.INFO)
        .addKeyValue("command", task.command().id())
        .addKeyValue("type", task.type())
        .addKeyValue("result", ending.result())
        .addKeyValue("reason", ending.reason())
        .addKeyValue("ms", took.toMillis())
        .log("Command ended");
  }
}
