package io.vireo.spec;

import io.vireo.spec.Hardware.Features;
import io.vireo.spec.Hardware.HypervFeature;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads what the hypervisor offers to the guest. */
final class FeaturesReader {

  /** Names in the spec, and libvirt's. */
  private static final Map<String, String> HYPERV = hypervNames();

  /** Each needs the others, or QEMU does not start. */
  private static final Map<String, List<String>> NEEDS = needs();

  private static final Pattern VENDOR = Pattern.compile("[A-Za-z0-9 ._-]{1,12}");
  private static final long RETRIES_MIN = 4095;
  private static final long RETRIES_MAX = 0xffff_ffffL;
  private static final long RETRIES_DEFAULT = 4096;

  private final FieldReader features;
  private final boolean emulated;

  FeaturesReader(FieldReader features, boolean emulated) {
    this.features = features;
    this.emulated = emulated;
  }

  private static Map<String, String> hypervNames() {
    Map<String, String> names = new LinkedHashMap<>();
    for (String name :
        List.of(
            "relaxed",
            "vapic",
            "spinlocks",
            "vpindex",
            "runtime",
            "synic",
            "synictimer",
            "reset",
            "vendorid",
            "frequencies",
            "reenlightenment",
            "tlbflush",
            "ipi",
            "evmcs")) {
      names.put(name, name);
    }
    names.put("synictimer", "stimer");
    names.put("vendorid", "vendor_id");
    return names;
  }

  private static Map<String, List<String>> needs() {
    Map<String, List<String>> needs = new LinkedHashMap<>();
    needs.put("synictimer", List.of("synic", "vpindex"));
    needs.put("synic", List.of("vpindex"));
    needs.put("tlbflush", List.of("vpindex"));
    needs.put("ipi", List.of("vpindex"));
    needs.put("evmcs", List.of("vapic"));
    return needs;
  }

  Features read() {
    Optional<FieldReader> apic = features.object("apic");
    apic.ifPresent(a -> a.onlyFlag("enabled", true));
    Optional<Boolean> eoi = apic.flatMap(a -> a.flag("endOfInterrupt"));
    if (eoi.orElse(false) && emulated) {
      features.problems().needsKvm(features.path("apic") + ".endOfInterrupt", "this");
    }
    Optional<Boolean> pvspinlock = state("pvspinlock");
    if (pvspinlock.orElse(false) && emulated) {
      features.problems().needsKvm(features.path("pvspinlock"), "this");
    }
    boolean passthrough = features.objectOrEmpty("hypervPassthrough").flag("enabled").orElse(false);
    if (passthrough && emulated) {
      features.problems().needsKvm(features.path("hypervPassthrough"), "this");
    }
    if (passthrough && features.has("hyperv")) {
      features
          .problems()
          .invalid(
              features.path("hypervPassthrough"),
              "must not be given together with " + features.path("hyperv"));
    }
    return new Features(
        state("acpi").orElse(true),
        apic.isPresent(),
        eoi,
        features.object("hyperv").map(this::hyperv).orElse(List.of()),
        passthrough,
        features.objectOrEmpty("kvm").flag("hidden"),
        pvspinlock,
        state("smm"));
  }

  /** An object that is there says on, unless it says otherwise. */
  private Optional<Boolean> state(String key) {
    return features.object(key).map(state -> state.flag("enabled").orElse(true));
  }

  private List<HypervFeature> hyperv(FieldReader hyperv) {
    Map<String, HypervFeature> wanted = new LinkedHashMap<>();
    for (Map.Entry<String, String> name : HYPERV.entrySet()) {
      hyperv
          .object(name.getKey())
          .ifPresent(item -> wanted.put(name.getKey(), feature(item, name)));
    }
    NEEDS.forEach(
        (name, needed) -> {
          if (wanted.containsKey(name) && wanted.get(name).on()) {
            needed.forEach(other -> alsoOn(hyperv, wanted, name, other));
          }
        });
    return new ArrayList<>(wanted.values());
  }

  private static void alsoOn(
      FieldReader hyperv, Map<String, HypervFeature> wanted, String name, String needed) {
    HypervFeature other =
        wanted.computeIfAbsent(
            needed,
            key -> new HypervFeature(HYPERV.getOrDefault(key, key), true, Optional.empty()));
    if (!other.on()) {
      hyperv
          .problems()
          .invalid(hyperv.path(needed), "must not be off, since " + name + " needs it");
    }
  }

  private HypervFeature feature(FieldReader item, Map.Entry<String, String> name) {
    boolean on = item.flag("enabled").orElse(true);
    if (on && emulated) {
      item.problems().needsKvm(item.path(), "this");
    }
    if (name.getKey().equals("synictimer")) {
      return timer(item, name.getValue(), on);
    }
    Optional<String> value =
        switch (name.getKey()) {
          case "spinlocks" ->
              Optional.of(
                  Long.toString(
                      item.number("spinlocks", RETRIES_MIN, RETRIES_MAX).orElse(RETRIES_DEFAULT)));
          case "vendorid" -> vendor(item, on);
          default -> Optional.empty();
        };
    return new HypervFeature(name.getValue(), on, on ? value : Optional.empty());
  }

  /** Its value says whether expirations are told directly. */
  private static HypervFeature timer(FieldReader item, String name, boolean on) {
    Optional<Boolean> direct =
        item.object("direct").map(state -> state.flag("enabled").orElse(true));
    return new HypervFeature(
        name, on, direct.filter(d -> on).map(d -> d ? "direct" : "not-direct"));
  }

  private static Optional<String> vendor(FieldReader item, boolean on) {
    Optional<String> vendor = item.text("vendorid");
    if (on && vendor.isEmpty() && !item.has("vendorid")) {
      item.problems().required(item.path("vendorid"), "must be set");
    }
    if (vendor.isPresent() && !VENDOR.matcher(vendor.get()).matches()) {
      item.problems()
          .invalid(
              item.path("vendorid"), "must be 1 to 12 letters, digits, blanks, and any of . _ -");
    }
    return vendor;
  }

  /** What features want of each other and of the rest of the machine. */
  static void check(FieldReader domain, Hardware hardware) {
    List<String> on =
        hardware.features().hyperv().stream()
            .filter(HypervFeature::on)
            .map(HypervFeature::name)
            .toList();
    boolean clockOff =
        hardware.clock().timers().stream()
            .anyMatch(timer -> timer.name().equals("hypervclock") && !timer.present());
    if (on.contains("stimer") && clockOff) {
      domain
          .problems()
          .invalid(
              domain.path("clock") + ".timer.hyperv.present",
              "must not be false, since spec.domain.features.hyperv.synictimer needs it");
    }
    boolean vmx =
        hardware.cpuModel().stream()
            .flatMap(model -> model.features().stream())
            .anyMatch(f -> f.name().equals("vmx") && f.policy().equals("require"));
    if (on.contains("evmcs") && !vmx) {
      domain
          .problems()
          .invalid(
              domain.path("features") + ".hyperv.evmcs",
              "needs the CPU feature vmx with policy require in spec.domain.cpu.features");
    }
  }
}
