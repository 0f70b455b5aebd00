package io.vireo.bench.core;

import io.vireo.api.core.AdmissionAnswer;
import io.vireo.api.core.AdmissionRequest;
import io.vireo.bench.TinyVmi;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Admission of examples/tiny.yaml, without HTTP and JSON. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class AdmissionBench {

  private final AdmissionRequest written = TinyVmi.request(TinyVmi.manifest("tiny"));
  private final AdmissionRequest completed = TinyVmi.request(TinyVmi.admitted());

  /** As its user wrote it. */
  @Benchmark
  public AdmissionAnswer mutate() {
    return TinyVmi.mutate(written);
  }

  /** With its defaults. */
  @Benchmark
  public AdmissionAnswer validate() {
    return TinyVmi.validate(completed);
  }
}
