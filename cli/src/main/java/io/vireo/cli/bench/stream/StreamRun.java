package io.vireo.cli.bench.stream;

import io.vireo.bench.FedVmi;
import io.vireo.cli.Failure;
import io.vireo.cli.Steps;
import io.vireo.cli.bench.Figure;
import io.vireo.cli.bench.Figure.Unit;
import io.vireo.cli.bench.stream.Backlog.Sample;
import io.vireo.cli.bench.stream.CommandWatch.Seen;
import io.vireo.cli.bench.stream.StreamRig.Scheduler;
import io.vireo.cli.measure.Processes;
import io.vireo.schemas.Partitions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Measurements on one broker with one scheduler or more, in the order that they are asked for. */
public final class StreamRun implements AutoCloseable {

  private static final String CLIENT = "Kafka client";
  private static final String PROC = "/proc";
  private static final int STEADY_RATE = 200;
  private static final int RESTORE_RATE = 5;
  private static final double MS = 1e6;
  private static final double SECOND = 1e9;
  private static final int LEAST_RATE = 100;
  private static final int DRAIN_SECONDS_MAX = 120;
  private static final int STARTS_SECONDS_MAX = 20;
  private static final long LOOK_MS = 20;
  private static final long QUIET_MS = 300;
  private static final int LEAST_RECORDS = 10;
  private static final int AWAY_SECONDS_MAX = 20;
  private static final int RESTORED_MAX = 1_000_000;
  private static final int HEAP_KIB_PER_VMI = 24;
  private static final int KIB = 1024;

  private final Steps steps;
  private final StreamRig rig;
  private final List<Scheduler> schedulers = new ArrayList<>();
  private final Feeder feeder;
  private final CommandWatch watch;
  private final Backlog backlog;
  private int restored;

  private StreamRun(Steps steps, StreamRig rig) throws Exception {
    this.steps = steps;
    this.rig = rig;
    this.feeder = new Feeder(rig.kafka());
    this.watch = new CommandWatch(rig.kafka());
    this.backlog = new Backlog(rig.kafka());
  }

  /** Starts the broker and so many schedulers, and warms them up. */
  public static StreamRun start(Steps steps, StreamRig rig, int instances, int warmUpVmis)
      throws Exception {
    return steps.run(
        "a broker and " + (instances == 1 ? "a scheduler" : instances + " schedulers"),
        (Consumer<String> detail) -> {
          rig.startBroker();
          StreamRun run = new StreamRun(steps, rig);
          run.begin(instances, warmUpVmis, detail);
          return run;
        });
  }

  private void begin(int instances, int warmUpVmis, Consumer<String> detail) throws Exception {
    for (int i = 0; i < instances; i++) {
      schedulers.add(rig.scheduler(i, StreamRig.HEAP_MIB));
    }
    for (Scheduler scheduler : schedulers) {
      scheduler.awaitReady();
    }
    feeder.listAll(StreamRig.PARTITIONS);
    drain(detail);
    feeder.feed(feeder.next(warmUpVmis), backlog::done);
    drain(detail);
  }

  /** Until everything that was fed is decided upon. */
  private List<Sample> drain(Consumer<String> detail) throws Exception {
    long written = backlog.written();
    return backlog.follow(
        schedulers, written, Math.max(DRAIN_SECONDS_MAX, written / LEAST_RATE), detail);
  }

  /**
   * Returns once each VMI's guest was to start, and no more commands come. All records are decided
   * upon by then, so what is not there will not come.
   */
  private void awaitStarts(List<FedVmi> vmis) throws Exception {
    List<String> uids = vmis.stream().map(FedVmi::uid).toList();
    long deadline = System.nanoTime() + Math.round(STARTS_SECONDS_MAX * SECOND);
    while (!watch.sawStarts(uids)) {
      if (System.nanoTime() > deadline) {
        throw new Failure(
            "Expected each of %d VMIs to get its StartDomain within %d s, but some did not"
                .formatted(uids.size(), STARTS_SECONDS_MAX));
      }
      watch.count();
      Thread.sleep(LOOK_MS);
    }
    awaitQuiet();
  }

  private void awaitQuiet() throws Exception {
    for (long seen = -1; seen != watch.count(); Thread.sleep(QUIET_MS)) {
      seen = watch.count();
    }
  }

  /** As much at once as the schedulers take. */
  public List<Figure> saturate(int count) throws Exception {
    int instances = schedulers.size();
    return steps.run(
        "the records of %,d VMIs as fast as they go, %d scheduler%s"
            .formatted(count, instances, instances == 1 ? "" : "s"),
        (Consumer<String> detail) -> {
          List<FedVmi> vmis = feeder.next(count);
          long records = vmis.stream().mapToLong(vmi -> vmi.records().size()).sum();
          Sample before = backlog.sample(schedulers);
          FutureTask<Void> feeding =
              new FutureTask<>(
                  () -> {
                    feeder.feed(vmis, backlog::done);
                    return null;
                  });
          Thread.ofPlatform().daemon().name("feeder").start(feeding);
          List<Sample> samples =
              backlog.follow(
                  schedulers,
                  before.records() + records,
                  Math.max(DRAIN_SECONDS_MAX, records / LEAST_RATE),
                  detail);
          feeding.get();
          awaitStarts(vmis);
          return throughput(before, samples, instances, rss());
        });
  }

  private double rss() {
    return schedulers.stream()
        .mapToDouble(each -> Processes.rssMib(each.pid()).orElse(0.0))
        .max()
        .orElse(0);
  }

  /** Of the middle: the first tenth still begins, and the last twentieth runs out. */
  static List<Figure> throughput(Sample before, List<Sample> samples, int instances, double rss) {
    long records = samples.getLast().records() - before.records();
    Sample from = first(samples, before.records() + records / 10);
    Sample to = first(samples, before.records() + records - records / 20);
    if (to.records() == from.records()) {
      from = before;
    }
    double done = to.records() - from.records();
    double seconds = (to.atNanos() - from.atNanos()) / SECOND;
    double cpuSeconds = (to.cpuMs() - from.cpuMs()) / 1000.0;
    String who = instances == 1 ? "1 instance" : instances + " instances";
    String key = instances + ".";
    return List.of(
        Figure.of(
            key + "rate", who + ": records decided upon", Unit.PER_SECOND, CLIENT, done / seconds),
        Figure.of(
            key + "cpu",
            who + ": processor time for 1,000 records",
            Unit.SECONDS,
            PROC,
            cpuSeconds * 1000 / done),
        Figure.of(
            key + "cores", who + ": processors in use", Unit.COUNT, PROC, cpuSeconds / seconds),
        Figure.of(key + "rss", who + ": resident memory of the larger", Unit.MEBIBYTES, PROC, rss));
  }

  private static Sample first(List<Sample> samples, long records) {
    return samples.stream()
        .filter(sample -> sample.records() >= records)
        .findFirst()
        .orElseGet(samples::getLast);
  }

  /** What is kept of each VMI that was fed so far. */
  public List<Figure> state() {
    Backlog.Stored stored = backlog.stored();
    return List.of(
        Figure.of(
            "newest",
            "newest value on the changelog, with its key",
            Unit.BYTES,
            CLIENT,
            (double) stored.newestBytes() / stored.vmis()),
        Figure.of(
            "all",
            "all values on the changelog, before it is compacted",
            Unit.BYTES,
            CLIENT,
            (double) stored.allBytes() / stored.vmis()));
  }

  /** Records at a rate; what waits longer for its turn than for its decision shows it too. */
  public Figure latency(int rate, int seconds) throws Exception {
    int perVmi = feeder.next(1).getFirst().records().size();
    int vmis = Math.max(1, (int) Math.ceil((double) rate * seconds / perVmi));
    return steps.run(
        "%,d records a second for %d s".formatted(rate, seconds),
        (Consumer<String> detail) -> {
          List<FedVmi> fed = feeder.next(vmis);
          long seen = watch.count();
          feeder.feed(fed, rate, new AtomicBoolean(true));
          drain(detail);
          awaitQuiet();
          return Figure.of(
              "rate." + rate,
              String.format(Locale.ROOT, "%,d/s", rate),
              Unit.MILLISECONDS,
              CLIENT,
              latencies(feeder.dueAt(), watch.after(seen)));
        });
  }

  /** Until the first command upon each record that led to one. */
  static List<Double> latencies(Map<String, Long> dueAt, List<Seen> commands) {
    Map<String, Long> first = new HashMap<>();
    commands.forEach(each -> first.merge(each.cause(), each.atNanos(), Math::min));
    List<Double> latencies = new ArrayList<>();
    first.forEach(
        (cause, at) -> {
          Long due = dueAt.get(cause);
          if (due != null) {
            latencies.add((at - due) / MS);
          }
        });
    return latencies;
  }

  /** The scheduler is killed while records come, and started again at once. */
  public List<Figure> restart(int seconds) throws Exception {
    return steps.run(
        "a scheduler is killed and started again",
        (Consumer<String> detail) ->
            steadily(
                seconds,
                () -> {
                  schedulers.getFirst().kill();
                  schedulers.set(0, rig.scheduler(0, StreamRig.HEAP_MIB));
                  schedulers.getFirst().awaitReady();
                },
                "restart",
                "killed and started again"));
  }

  /** One of two is killed while records come, and stays away. */
  public List<Figure> takeOver(int seconds) throws Exception {
    return steps.run(
        "one of two schedulers is killed",
        (Consumer<String> detail) ->
            steadily(
                seconds,
                () -> schedulers.removeFirst().kill(),
                "takeover",
                "one of two killed for good"));
  }

  private interface Deed {
    void happen() throws Exception;
  }

  /** Steady records before, during and after it. */
  private List<Figure> steadily(int seconds, Deed deed, String key, String title) throws Exception {
    List<FedVmi> fed = feeder.next(STEADY_RATE * (seconds + AWAY_SECONDS_MAX) / LEAST_RECORDS);
    long seen = watch.count();
    AtomicBoolean goesOn = new AtomicBoolean(true);
    FutureTask<Void> feeding =
        new FutureTask<>(
            () -> {
              feeder.feed(fed, STEADY_RATE, goesOn);
              return null;
            });
    Thread.ofPlatform().daemon().name("feeder").start(feeding);
    long killed;
    try {
      Thread.sleep(1000L * Math.min(2, seconds));
      killed = System.nanoTime();
      deed.happen();
      Thread.sleep(1000L * seconds);
    } finally {
      goesOn.set(false);
    }
    feeding.get();
    drain(detail -> {});
    awaitQuiet();
    return absence(feeder.dueAt(), watch.after(seen), killed, key, title);
  }

  static List<Figure> absence(
      Map<String, Long> dueAt, List<Seen> commands, long killed, String key, String title)
      throws Failure {
    double first =
        commands.stream()
            .filter(each -> dueAt.getOrDefault(each.cause(), 0L) > killed)
            .mapToDouble(each -> (each.atNanos() - killed) / SECOND)
            .min()
            .orElseThrow(() -> new Failure("Expected a command after the kill, but there is none"));
    double longest = latencies(dueAt, commands).stream().mapToDouble(ms -> ms).max().orElse(0);
    return List.of(
        Figure.of(
            key + ".first",
            title + ": until the first command upon a newer record",
            Unit.SECONDS,
            CLIENT,
            first),
        Figure.of(
            key + ".longest",
            title + ": longest that a record waited for its command",
            Unit.SECONDS,
            CLIENT,
            longest / 1000));
  }

  /**
   * A scheduler starts where there are states of so many VMIs. They are copies of one state, since
   * to decide upon all records of so many would take many times as long as what is measured.
   */
  public List<Figure> restore(int vmis) throws Exception {
    int heapMib = StreamRig.HEAP_MIB + vmis / KIB * HEAP_KIB_PER_VMI;
    return steps.run(
        "a scheduler starts with %,d VMIs".formatted(vmis),
        (Consumer<String> detail) -> {
          schedulers.removeFirst().stop();
          fill(vmis - restored);
          restored = vmis;
          long started = System.nanoTime();
          Scheduler scheduler = rig.scheduler(0, heapMib);
          schedulers.add(scheduler);
          scheduler.awaitReady();
          double ready = (System.nanoTime() - started) / SECOND;
          double rss = rss();
          // That it decides, too.
          List<FedVmi> fed = feeder.next(1);
          feeder.feed(fed, RESTORE_RATE, new AtomicBoolean(true));
          drain(detail);
          awaitStarts(fed);
          String title = String.format(Locale.ROOT, "start with %,d VMIs", vmis);
          return List.of(
              Figure.of(
                  "restore." + vmis,
                  title + ": until all partitions are ready",
                  Unit.SECONDS,
                  "readiness",
                  ready),
              Figure.of(
                  "restore." + vmis + ".rss",
                  "%s: resident memory, heap of at most %d MiB".formatted(title, heapMib),
                  Unit.MEBIBYTES,
                  PROC,
                  rss));
        });
  }

  private void fill(int vmis) throws Exception {
    FedVmi one = feeder.next(1).getFirst();
    Map<String, Object> settings = new HashMap<>(rig.kafka().clientSettings());
    settings.put("linger.ms", 5);
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
      for (int i = 0; i < vmis; i++) {
        // Beside those that are fed.
        String uid = "6d1c0bb0-0000-4000-9000-%012d".formatted(RESTORED_MAX + restored + i);
        var unused =
            producer.send(
                new ProducerRecord<>(
                    Backlog.changelog(),
                    Partitions.of(uid, StreamRig.PARTITIONS),
                    uid,
                    one.storedAs(uid)));
      }
      producer.flush();
    }
  }

  @Override
  public void close() {
    feeder.close();
    watch.close();
    backlog.close();
  }
}
