package io.vireo.api.core;

import io.vireo.schemas.OwnedFields;
import io.vireo.spec.SpecSettings;
import java.nio.charset.StandardCharsets;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Changes a copy of an object into what is to be stored. It refuses nothing: what is of a wrong
 * type stays as it is, and validation tells it.
 */
final class Mutation {

  static final String VMI = "VirtualMachineInstance";
  static final String VM = "VirtualMachine";
  static final String REPLICA_SET = "VirtualMachineInstanceReplicaSet";

  private static final long LAUNCHER_USER = 107;

  private final Accounts ours;
  private final SpecSettings settings;
  private final ClusterConfiguration configuration;

  Mutation(Accounts ours, SpecSettings settings, ClusterConfiguration configuration) {
    this.ours = ours;
    this.settings = settings;
    this.configuration = configuration;
  }

  /** The object as it is to be stored. */
  Map<String, Object> created(
      AdmissionRequest request, Map<String, Object> given, Generated generated) {
    Map<String, Object> object = Trees.copyOf(given);
    Map<String, Object> metadata = Trees.object(object, "metadata");
    Map<String, Object> spec = Trees.object(object, "spec");
    if (metadata != null) {
      Object actor =
          new Node("", metadata).get("annotations").value() instanceof Map<?, ?> all
              ? all.get(OwnedFields.ANNOTATION_ACTOR)
              : null;
      OwnMarks.strip(metadata);
      // Who makes it for somebody else says for whom.
      boolean saysFor = ours.isOurs(request.userName()) && actor instanceof String;
      OwnMarks.actor(metadata, saysFor ? String.valueOf(actor) : request.userName());
    }
    switch (request.kind()) {
      case VMI -> vmi(object, metadata, spec, generated);
      case VM -> {
        if (metadata != null) {
          OwnMarks.addFinalizer(metadata, OwnedFields.VM_FINALIZER);
        }
        template(spec, null, generated);
      }
      default -> stripTemplate(spec);
    }
    return object;
  }

  private void vmi(
      Map<String, Object> object,
      @Nullable Map<String, Object> metadata,
      @Nullable Map<String, Object> spec,
      Generated generated) {
    if (spec != null) {
      VmiDefaults.apply(
          spec, configuration, SpecCheck.readSettings(settings, configuration), generated.uuid());
    }
    if (metadata != null) {
      // Both are there before any pod, so that nobody has to write them first.
      OwnMarks.addFinalizer(metadata, OwnedFields.FINALIZER);
      OwnMarks.annotate(metadata, OwnedFields.ANNOTATION_EPOCH, "1");
    }
    object.put(
        "status",
        VmiDefaults.object(
            "phase",
            "Pending",
            "phaseTransitionTimestamps",
            VmiDefaults.list(
                VmiDefaults.object(
                    "phase",
                    "Pending",
                    "phaseTransitionTimestamp",
                    generated.now().truncatedTo(ChronoUnit.SECONDS).toString())),
            "runtimeUser",
            LAUNCHER_USER));
  }

  /** The same for a change; null if there is nothing to put right. */
  @Nullable Map<String, Object> updated(
      AdmissionRequest request,
      Map<String, Object> given,
      Map<String, Object> old,
      Generated generated) {
    if (ours.isOurs(request.userName())) {
      return null;
    }
    Map<String, Object> object = Trees.copyOf(given);
    Node before = new Node("", old);
    Map<String, Object> metadata = Trees.object(object, "metadata");
    if (metadata != null) {
      OwnMarks.restore(metadata, before.get("metadata"));
      if (OwnMarks.isChange(new Node("", given), before)) {
        OwnMarks.actor(metadata, request.userName());
      }
    }
    switch (request.kind()) {
      case VMI -> {
        // The kind has no subresource for it.
        Object status = Trees.copy(old.get("status"));
        if (status == null) {
          object.remove("status");
        } else {
          object.put("status", status);
        }
      }
      default -> {
        // Whoever changes a label does not change a machine that was stored under other rules.
        if (Trees.same(object.get("spec"), old.get("spec"))) {
          return object;
        }
        Map<String, Object> spec = Trees.object(object, "spec");
        if (request.kind().equals(VM)) {
          template(spec, before.get("spec.template.spec.domain.firmware"), generated);
        } else {
          stripTemplate(spec);
        }
      }
    }
    return object;
  }

  /**
   * What must be the same at each start of a virtual machine is chosen once.
   *
   * @param oldFirmware of the object before, if there was one
   */
  private void template(
      @Nullable Map<String, Object> spec, @Nullable Node oldFirmware, Generated generated) {
    stripTemplate(spec);
    if (spec == null || !(new Node("", spec).get("template.spec").value() instanceof Map<?, ?> t)) {
      return;
    }
    Map<String, Object> vmi = Trees.asObject(t);
    Trees.putIfNothing(vmi, "architecture", configuration.defaultArchitecture());
    VmiDefaults.machine(vmi, configuration);
    Map<String, Object> firmware = Trees.object(vmi, "domain.firmware");
    if (firmware == null) {
      return;
    }
    UUID serial =
        UUID.nameUUIDFromBytes((generated.uuid() + "/serial").getBytes(StandardCharsets.UTF_8));
    keep(firmware, "uuid", oldFirmware, generated.uuid());
    keep(firmware, "serial", oldFirmware, serial);
  }

  private static void keep(
      Map<String, Object> firmware, String key, @Nullable Node old, UUID fresh) {
    String was = old == null ? "" : old.text(key);
    if (old == null || !was.isEmpty()) {
      Trees.putIfNothing(firmware, key, was.isEmpty() ? fresh.toString() : was);
    }
  }

  /** A template's annotations become those of VMIs: what only Vireo writes is in none. */
  private static void stripTemplate(@Nullable Map<String, Object> spec) {
    if (spec != null
        && new Node("", spec).get("template.metadata").value() instanceof Map<?, ?> metadata) {
      OwnMarks.strip(Trees.asObject(metadata));
    }
  }
}
