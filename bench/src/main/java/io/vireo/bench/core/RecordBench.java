package io.vireo.bench.core;

import io.vireo.bench.VmiLife;
import io.vireo.schemas.AvroCodec;
import io.vireo.schemas.Topic;
import io.vireo.schemas.Topics;
import io.vireo.schemas.UndecodableRecordException;
import java.util.concurrent.TimeUnit;
import org.apache.avro.specific.SpecificRecord;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Records of the topics that a VMI's way goes by, to bytes and back. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RecordBench {

  /** Which record: see {@link #prepare}. */
  @Param({"vmi", "pod", "domain", "outcome", "create-pod", "write-status", "start-domain"})
  public String record = "";

  private final VmiLife life = Lives.one();
  private VmiLife.Said said = life.steps().getFirst().said();
  private Topic<?> topic = said.topic();
  private SpecificRecord value = said.value();
  private byte[] bytes = AvroCodec.encode(value);

  /** Chooses the record. */
  @Setup
  public void prepare() {
    said =
        switch (record) {
          case "vmi" -> life.last(Topics.VMI_DESIRED).said();
          case "pod" -> life.last(Topics.POD_OBSERVED).said();
          case "domain" -> life.last(Topics.DOMAIN_OBSERVED).said();
          case "outcome" -> life.last(Topics.OUTCOMES).said();
          case "create-pod" -> life.command("CreateLauncherPod");
          case "write-status" -> life.command("WriteStatus");
          case "start-domain" -> life.command("StartDomain");
          default -> throw new IllegalArgumentException("Expected a record, but got " + record);
        };
    topic = said.topic();
    value = said.value();
    bytes = AvroCodec.encode(value);
  }

  /** By whoever writes it. */
  @Benchmark
  public byte[] encode() {
    return AvroCodec.encode(value);
  }

  /** By whoever reads it. */
  @Benchmark
  public SpecificRecord decode() throws UndecodableRecordException {
    return topic.decode(bytes);
  }
}
