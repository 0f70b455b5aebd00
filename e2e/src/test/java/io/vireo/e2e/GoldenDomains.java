package io.vireo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.vireo.node.core.DomainXml;
import io.vireo.node.kafka.CommandCodec;
import io.vireo.schemas.CanonicalJson;
import io.vireo.spec.ContainerDisks;
import io.vireo.spec.DomainPlan;
import io.vireo.spec.SpecReader;
import io.vireo.spec.SpecSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Specs of VMIs, each with the domain that it becomes. */
final class GoldenDomains {

  static final String UID = "6d1c0bb0-0000-4000-8000-000000000001";

  private static final List<String> NAMES =
      List.of(
          "default",
          "bare",
          "cpu",
          "host-model",
          "bios",
          "efi",
          "efi-secure",
          "devices",
          "pod-network",
          "kvm-windows",
          "kvm-passthrough");

  private GoldenDomains() {}

  static Stream<String> names() {
    return NAMES.stream();
  }

  static boolean needsKvm(String name) {
    return name.startsWith("kvm-");
  }

  static Map<?, ?> spec(String name) throws IOException {
    return Serialization.unmarshal(resource(name + ".vmi.yaml"), Map.class);
  }

  /** The domain that the spec becomes. */
  static String xml(String name) throws IOException {
    SpecSettings settings =
        new SpecSettings(
            "masquerade",
            !needsKvm(name),
            "example.org/launcher:1",
            new ContainerDisks.ImageVolumes(),
            name.equals("pod-network"));
    // As it comes from Kafka.
    Object tree = CanonicalJson.read(CanonicalJson.write(spec(name)));
    SpecReader.Result result = new SpecReader(settings).read(tree);
    assertThat(result).as(name).isInstanceOf(SpecReader.Result.Accepted.class);
    DomainPlan plan =
        DomainPlan.of("default", name, UID, ((SpecReader.Result.Accepted) result).spec(), settings);
    return DomainXml.render(
        CommandCodec.domain(io.vireo.scheduler.topology.CommandCodec.domain(plan)),
        new DomainXml.Metadata(UID, 1, 1, UID + "/1/1"));
  }

  static String resource(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(GoldenDomains.class.getResourceAsStream("/domains/" + name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
