package io.vireo.bench.core;

import io.vireo.node.core.DomainSpec;
import io.vireo.node.core.DomainXml;
import io.vireo.node.kafka.CommandCodec;
import io.vireo.schemas.avro.NodeCommand;
import io.vireo.schemas.avro.StartDomain;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The domain's XML, of the domain that the Start names. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DomainXmlBench {

  private final NodeCommand command = (NodeCommand) Lives.one().command("StartDomain").value();
  private final DomainSpec domain =
      CommandCodec.domain(((StartDomain) command.getBody()).getDomain());
  private final DomainXml.Metadata metadata =
      new DomainXml.Metadata(
          command.getVmiUid(), command.getEpoch(), command.getSeq(), command.getCommandId());

  /** Once for each start of a guest. */
  @Benchmark
  public String render() {
    return DomainXml.render(domain, metadata);
  }
}
