package io.vireo.bench.core;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs the benchmarks of this package, each in JVMs of its own. */
public final class CoreBench {

  /** Bytes for each call, of the collector's profiler. */
  private static final String ALLOCATED = "gc.alloc.rate.norm";

  private static final List<Class<?>> ALL =
      List.of(
          DecisionBench.class,
          OwnerBench.class,
          StateBench.class,
          RecordBench.class,
          DomainXmlBench.class,
          AdmissionBench.class);

  private CoreBench() {}

  /**
   * How much is measured.
   *
   * @param forks JVMs, one after another
   * @param iterations of each JVM that count
   * @param millis of each iteration
   * @param firstInputOnly of a benchmark that has several
   */
  public record Effort(int forks, int iterations, int millis, boolean firstInputOnly) {}

  /**
   * What one benchmark took.
   *
   * @param key for programs
   * @param title for people
   * @param nanos for each call: of each JVM, of each iteration
   * @param bytes allocated for each call, likewise
   */
  public record Score(
      String key, String title, List<List<Double>> nanos, List<List<Double>> bytes) {}

  /** One method, with all inputs that it has. */
  public record Measured(Class<?> of, String method) {
    /** For people. */
    public String title() {
      return of.getSimpleName().replace("Bench", "") + "." + method;
    }
  }

  /** All that there are, in the order of reading. */
  public static List<Measured> all() {
    return ALL.stream()
        .flatMap(
            of ->
                Stream.of(of.getMethods())
                    .filter(method -> method.isAnnotationPresent(Benchmark.class))
                    .map(Method::getName)
                    .sorted()
                    .map(name -> new Measured(of, name)))
        .toList();
  }

  /**
   * Measures one.
   *
   * @param jvmFlags of each JVM
   * @throws RunnerException also while another JMH runs on this machine, which would disturb both
   */
  public static List<Score> run(Measured measured, Effort effort, List<String> jvmFlags)
      throws RunnerException {
    String name = Pattern.quote(measured.of().getName() + "." + measured.method());
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("^" + name + "$")
            .forks(effort.forks())
            .warmupIterations(effort.iterations())
            .warmupTime(TimeValue.milliseconds(effort.millis()))
            .measurementIterations(effort.iterations())
            .measurementTime(TimeValue.milliseconds(effort.millis()))
            .addProfiler(GCProfiler.class)
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT)
            .jvmArgs(jvmFlags.toArray(String[]::new));
    if (effort.firstInputOnly()) {
      for (var field : measured.of().getFields()) {
        Param inputs = field.getAnnotation(Param.class);
        if (inputs != null) {
          options.param(field.getName(), inputs.value()[0]);
        }
      }
    }
    return scores(measured, new Runner(options.build()).run());
  }

  static List<Score> scores(Measured measured, Collection<RunResult> results) {
    List<Score> scores = new ArrayList<>();
    for (RunResult result : results) {
      BenchmarkParams params = result.getParams();
      String input =
          new TreeMap<>(
                  params.getParamsKeys().stream()
                      .collect(Collectors.toMap(key -> key, params::getParam)))
              .values().stream().collect(Collectors.joining(" "));
      String title = input.isEmpty() ? measured.title() : measured.title() + ": " + input;
      Collection<BenchmarkResult> forks = result.getBenchmarkResults();
      scores.add(
          new Score(
              title.replace(": ", "."),
              title.replace('-', ' '),
              forks.stream().map(CoreBench::nanos).toList(),
              forks.stream().map(CoreBench::bytes).toList()));
    }
    return scores;
  }

  private static List<Double> nanos(BenchmarkResult fork) {
    return fork.getIterationResults().stream()
        .map(iteration -> iteration.getPrimaryResult().getScore())
        .toList();
  }

  private static List<Double> bytes(BenchmarkResult fork) {
    return fork.getIterationResults().stream().map(CoreBench::allocated).toList();
  }

  private static double allocated(IterationResult iteration) {
    return Objects.requireNonNull(
            iteration.getSecondaryResults().get(ALLOCATED), "Expected JMH to count bytes")
        .getScore();
  }
}
