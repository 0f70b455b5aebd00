package io.vireo.simulator.parts;

import io.vireo.scheduler.topology.SchedulerMetrics;
import io.vireo.scheduler.topology.SchedulerTopology;
import io.vireo.schemas.Partitions;
import io.vireo.schemas.Topic;
import io.vireo.simulator.engine.Network;
import io.vireo.simulator.engine.SimProcess;
import io.vireo.simulator.kafka.SimLog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The schedulers of a cluster and their tasks, one a partition. Exactly once as Kafka Streams does
 * it: outputs, state and positions of a transaction become real together; a task that dies, or is
 * taken over while its owner stands still, leaves nothing of an open one.
 */
public final class SchedulerPart {

  private static final long SESSION_MS = 2_500;
  private static final long TRANSACTION_MS = 1_500;
  private static final int RECORDS_MAX = 4;

  private final World world;
  private final SchedulerMetrics metrics;
  private final List<Instance> instances = new ArrayList<>();
  private final Task[] tasks = new Task[World.PARTITIONS];
  private final List<String> mismatches = new ArrayList<>();

  /** Schedulers that do not run yet. */
  public SchedulerPart(World world, int count) {
    this.world = world;
    this.metrics = new SchedulerMetrics(world.registry());
    for (int i = 0; i < count; i++) {
      instances.add(new Instance(world, "scheduler-" + i));
    }
    for (int i = 0; i < tasks.length; i++) {
      tasks[i] = new Task(i);
    }
    world.broker().onNews(this::hasNews);
  }

  /** The instances, to start and to strike. */
  public List<Part> instances() {
    return List.copyOf(instances);
  }

  /** One process. */
  private final class Instance extends Part {
    Instance(World world, String name) {
      super(world, name);
    }

    @Override
    protected void begin(SimProcess process) {
      process.within(200, 700, () -> join(process));
    }

    private void join(SimProcess process) {
      if (world.network().connects(name(), Network.KAFKA)) {
        for (Task task : tasks) {
          if (task.isFreeFor(this)) {
            task.assign(this, process);
          }
        }
      }
      process.within(400, 600, () -> join(process));
    }

    void broke(SimProcess process, RuntimeException problem) {
      failed(process, problem);
    }
  }

  private void hasNews(TopicPartition partition) {
    for (Topic<?> topic : SchedulerTopology.inputs()) {
      if (topic.name().equals(partition.topic())) {
        tasks[partition.partition()].wake();
      }
    }
  }

  /** One partition: what is committed of it, and who works on it. */
  private final class Task {
    private final int partition;
    private final KeptStores stores = new KeptStores();
    private final Map<String, Long> committed = new HashMap<>();
    private @Nullable Instance owner;
    private @Nullable Run run;

    Task(int partition) {
      this.partition = partition;
    }

    boolean isFreeFor(Instance candidate) {
      Run current = run;
      if (current == null) {
        return true;
      }
      SimProcess process = current.process;
      if (process.isAlive() && !process.isPaused()) {
        return false;
      }
      boolean isOwnRestart = candidate == owner && !process.isAlive();
      long silentMs = world.engine().nowMs() - current.lastTurnMs;
      return isOwnRestart || silentMs > SESSION_MS;
    }

    void assign(Instance instance, SimProcess process) {
      end();
      owner = instance;
      run = new Run(this, instance, process);
      wake();
    }

    void end() {
      Run current = run;
      if (current != null) {
        current.close();
        run = null;
      }
    }

    void wake() {
      Run current = run;
      if (current != null) {
        current.wake();
      }
    }
  }

  /** A task while one process works on it. */
  private final class Run {
    private final Task task;
    private final Instance instance;
    private final SimProcess process;
    private final KeptStores begin;
    private final KeptStores.Writes writes = new KeptStores.Writes();
    private final StreamTask stream;
    private final Map<String, Long> positions;
    private final List<StreamTask.Output> open = new ArrayList<>();
    private final List<StreamTask.Given> given = new ArrayList<>();
    private final List<StreamTask.Output> put = new ArrayList<>();
    private final long beganMs;
    private long tickedMs;
    private long openSinceMs;
    private long lastTurnMs;
    private boolean due;
    private boolean closed;

    Run(Task task, Instance instance, SimProcess process) {
      this.task = task;
      this.instance = instance;
      this.process = process;
      this.begin = task.stores.copy();
      this.positions = new HashMap<>(task.committed);
      this.beganMs = process.millis();
      this.tickedMs = world.engine().nowMs();
      this.lastTurnMs = tickedMs;
      this.stream = new StreamTask(task.partition, task.stores, writes, metrics, beganMs);
      tickLater();
    }

    void wake() {
      if (!due && !closed) {
        due = true;
        process.within(1, 8, this::turn);
      }
    }

    private void tickLater() {
      process.within(
          200,
          300,
          () -> {
            if (!closed) {
              wake();
              tickLater();
            }
          });
    }

    private void turn() {
      due = false;
      if (closed) {
        return;
      }
      long now = world.engine().nowMs();
      lastTurnMs = now;
      if (!world.network().connects(instance.name(), Network.KAFKA)) {
        if (!open.isEmpty() && now - openSinceMs > TRANSACTION_MS) {
          // The broker aborts it; the task begins again from what is committed.
          task.assign(instance, process);
        }
        return;
      }
      try {
        if (now - tickedMs >= 150) {
          take(new StreamTask.Given.Tick(now - tickedMs, process.millis()));
          tickedMs = now;
        }
        for (int i = 0; i < RECORDS_MAX && readOne(); i++) {
          // The next record.
        }
      } catch (RuntimeException e) {
        instance.broke(process, e);
        return;
      }
      if (hasMore()) {
        wake();
      }
      if (world.engine().oneIn(3)) {
        process.within(5, 25, this::commit);
      } else {
        commit();
      }
    }

    private void take(StreamTask.Given next) {
      stream.give(next);
      given.add(next);
      List<StreamTask.Output> news = stream.take();
      if (open.isEmpty()) {
        openSinceMs = world.engine().nowMs();
      }
      open.addAll(news);
      put.addAll(news);
    }

    private boolean readOne() {
      List<String> ready = ready();
      if (ready.isEmpty()) {
        return false;
      }
      String topic = ready.get(world.engine().pick(ready.size()));
      SimLog.Entry entry = next(topic);
      if (entry == null) {
        return false;
      }
      positions.put(topic, entry.offset() + 1);
      take(new StreamTask.Given.Read(topic, entry, process.millis()));
      return true;
    }

    private SimLog.@Nullable Entry next(String topic) {
      SimLog log = world.broker().log(new TopicPartition(topic, task.partition));
      if (log == null) {
        return null;
      }
      long position = positions.getOrDefault(topic, 0L);
      if (position > log.end()) {
        throw new IllegalStateException("Expected the log of " + topic + " to be the one it was");
      }
      List<SimLog.Entry> found = log.entries();
      int at = firstFrom(found, position);
      return at < found.size() ? found.get(at) : null;
    }

    private static int firstFrom(List<SimLog.Entry> entries, long offset) {
      int low = 0;
      int high = entries.size();
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (entries.get(middle).offset() < offset) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }

    private List<String> ready() {
      List<String> ready = new ArrayList<>();
      for (Topic<?> topic : SchedulerTopology.inputs()) {
        if (next(topic.name()) != null) {
          ready.add(topic.name());
        }
      }
      return ready;
    }

    private boolean hasMore() {
      return !ready().isEmpty();
    }

    private void commit() {
      if (closed || task.run != this) {
        return;
      }
      if (!world.network().connects(instance.name(), Network.KAFKA)
          || !world.broker().takesWrites()) {
        return;
      }
      task.stores.commit(writes);
      task.committed.putAll(positions);
      List<StreamTask.Output> outputs = List.copyOf(open);
      open.clear();
      for (StreamTask.Output output : outputs) {
        int count =
            output.topic().equals(io.vireo.schemas.Topics.DEAD_LETTERS.name())
                ? 1
                : World.PARTITIONS;
        int to = output.key() == null ? 0 : Partitions.of(output.key(), count);
        world
            .broker()
            .append(
                new TopicPartition(output.topic(), to),
                output.timestampMs(),
                output.key(),
                output.value(),
                output.headers());
      }
    }

    /** Gives another driver what this one was given: it must put out the same, byte for byte. */
    private void replay() {
      List<StreamTask.Output> again = new ArrayList<>();
      try (StreamTask other =
          new StreamTask(task.partition, begin, new KeptStores.Writes(), metrics, beganMs)) {
        for (StreamTask.Given each : given) {
          other.give(each);
          again.addAll(other.take());
        }
      }
      for (int i = 0; i < Math.max(again.size(), put.size()); i++) {
        if (i >= again.size() || i >= put.size() || !again.get(i).isSame(put.get(i))) {
          mismatches.add(
              "output "
                  + i
                  + " of partition "
                  + task.partition
                  + " differs: "
                  + (i < put.size() ? put.get(i).topic() + " " + put.get(i).key() : "nothing")
                  + " and "
                  + (i < again.size()
                      ? again.get(i).topic() + " " + again.get(i).key()
                      : "nothing"));
          return;
        }
      }
    }

    void close() {
      if (!closed) {
        closed = true;
        stream.close();
      }
    }
  }

  /** Kafka has lost its disk: nothing was ever committed. */
  public void loseDisk() {
    for (Task task : tasks) {
      task.end();
      task.stores.clear();
      task.committed.clear();
    }
  }

  /** Replays one partition's inputs; what differed is told by {@link #mismatches}. */
  public void replay(int partition) {
    Run current = tasks[partition % tasks.length].run;
    if (current != null) {
      current.replay();
    }
  }

  /** Where a replay did not give the same outputs. */
  public List<String> mismatches() {
    return mismatches;
  }

  /** Ends all drivers. */
  public void close() {
    for (Task task : tasks) {
      task.end();
    }
  }
}
