package io.vireo.bench;

import io.vireo.api.core.Accounts;
import io.vireo.api.core.Admission;
import io.vireo.api.core.AdmissionAnswer;
import io.vireo.api.core.AdmissionRequest;
import io.vireo.api.core.ClusterConfiguration;
import io.vireo.api.core.Generated;
import io.vireo.api.core.Operation;
import io.vireo.spec.SpecSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** {@code examples/tiny.yaml}: as a user writes it, and as admission leaves it. */
public final class TinyVmi {

  /** What specs are read with: those of a cluster with nothing configured. */
  public static final SpecSettings SETTINGS =
      new SpecSettings("bridge", true, "localhost/vireo/launcher:1");

  /** Where it is made. */
  public static final String NAMESPACE = "default";

  private static final Admission ADMISSION = new Admission(new Accounts(Set.of()), SETTINGS);
  private static final Generated GENERATED =
      new Generated(Instant.EPOCH, new UUID(0x0123456789ab4cdeL, 0x8123456789abcdefL));

  private static final Map<String, Object> ADMITTED = admit();

  private TinyVmi() {}

  /** As a user writes it, by this name. */
  public static Map<String, Object> manifest(String name) {
    try (InputStream yaml = TinyVmi.class.getResourceAsStream("tiny.yaml")) {
      Map<String, Object> object = map(new Load(LoadSettings.builder().build()), yaml);
      object.put("metadata", new HashMap<>(Map.of("name", name, "namespace", NAMESPACE)));
      return object;
    } catch (IOException e) {
      throw new UncheckedIOException("Expected to read tiny.yaml", e);
    }
  }

  private static Map<String, Object> map(Load load, InputStream yaml) {
    Map<String, Object> map = new HashMap<>();
    ((Map<?, ?>) load.loadFromInputStream(yaml))
        .forEach((key, value) -> map.put(String.valueOf(key), value));
    return map;
  }

  /** The request to create it. */
  public static AdmissionRequest request(Map<String, Object> object) {
    return new AdmissionRequest(
        "705ab4f5-6393-11e8-b7cc-42010a800002",
        "VirtualMachineInstance",
        Operation.CREATE,
        null,
        NAMESPACE,
        "tiny",
        "jane",
        List.of("system:authenticated"),
        false,
        object,
        null);
  }

  /** What admission makes of a request. */
  public static AdmissionAnswer mutate(AdmissionRequest request) {
    return ADMISSION.mutate(request, ClusterConfiguration.DEFAULTS, GENERATED);
  }

  /** What admission says to a request. */
  public static AdmissionAnswer validate(AdmissionRequest request) {
    return ADMISSION.validate(request, ClusterConfiguration.DEFAULTS);
  }

  /** As it is stored; its name is no matter of admission's. */
  public static Map<String, Object> admitted() {
    return ADMITTED;
  }

  private static Map<String, Object> admit() {
    if (mutate(request(manifest("tiny"))) instanceof AdmissionAnswer.Allowed allowed
        && allowed.changed() != null) {
      return allowed.changed();
    }
    throw new IllegalStateException("Expected admission to give tiny.yaml its defaults");
  }
}
