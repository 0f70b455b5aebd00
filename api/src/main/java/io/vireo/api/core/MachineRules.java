package io.vireo.api.core;

import static io.vireo.api.core.Rule.invalid;
import static io.vireo.api.core.Rule.notFound;
import static io.vireo.api.core.Rule.required;
import static io.vireo.api.core.Rule.unsupported;

import io.vireo.api.core.Violation.Cause;
import java.util.List;

/** Rules about the machine: type, firmware, features, and devices other than disks and NICs. */
final class MachineRules {

  private static final String FIRMWARE = "domain.firmware";
  private static final String SECURITY = "domain.launchSecurity";
  private static final String HYPERV = "domain.features.hyperv";

  static final List<Rule> ALL =
      List.of(
          new Rule(
              "11",
              "domain.machine.type",
              "",
              Cause.INVALID,
              (type, scope) ->
                  type.isText()
                      && scope.configuration().emulatedMachines().stream()
                          .noneMatch(pattern -> Globs.matches(pattern, type.text())),
              (type, scope) ->
                  type.quoted()
                      + " is not supported (allowed values: "
                      + String.join(", ", scope.configuration().emulatedMachines())
                      + ")"),
          required(
              "12",
              FIRMWARE + ".acpi",
              "",
              (acpi, scope) -> acpi.count("slicNameRef", "msdmNameRef") == 0,
              "no volume reference set: one of slicNameRef and msdmNameRef must be given"),
          notFound(
              "13",
              FIRMWARE + ".acpi.slicNameRef",
              MachineRules::noVolume,
              "{} has no matching Volume"),
          notFound(
              "13",
              FIRMWARE + ".acpi.msdmNameRef",
              MachineRules::noVolume,
              "{} has no matching Volume"),
          invalid(
              "13",
              FIRMWARE + ".acpi.slicNameRef",
              MachineRules::noSecret,
              "{} is a Volume of an unsupported type; it must be a secret"),
          invalid(
              "13",
              FIRMWARE + ".acpi.msdmNameRef",
              MachineRules::noSecret,
              "{} is a Volume of an unsupported type; it must be a secret"),
          invalid(
              "39",
              "domain.devices.inputs[].bus",
              (bus, scope) -> bus.isTextBut("virtio", "usb"),
              "{}: an input device can have only virtio or usb bus"),
          invalid(
              "39",
              "domain.devices.inputs[].type",
              (type, scope) -> type.isTextBut("tablet"),
              "{}: an input device can have only tablet type"),
          invalid(
              "44",
              FIRMWARE + ".bootloader",
              (loader, scope) -> loader.count("bios", "efi") > 1,
              "has both bios and efi, but they are mutually exclusive"),
          invalid(
              "45",
              FIRMWARE + ".kernelBoot.kernelArgs",
              (args, scope) -> !scope.domain().has("firmware.kernelBoot.container"),
              "kernel arguments cannot be provided without an external kernel"),
          required(
              "46",
              FIRMWARE + ".kernelBoot.container",
              "image",
              (container, scope) -> !container.has("image"),
              "the container must be defined with an image"),
          required(
              "46",
              FIRMWARE + ".kernelBoot.container",
              "",
              (container, scope) -> container.count("kernelPath", "initrdPath") == 0,
              "the container must be defined with at least one of kernelPath and initrdPath"),
          invalid(
              "47",
              FIRMWARE + ".kernelBoot.container.kernelPath",
              MachineRules::isRoot,
              Paths.ROOT),
          invalid(
              "47",
              FIRMWARE + ".kernelBoot.container.kernelPath",
              MachineRules::notPlain,
              Paths.PLAIN),
          invalid(
              "47",
              FIRMWARE + ".kernelBoot.container.initrdPath",
              MachineRules::isRoot,
              Paths.ROOT),
          invalid(
              "47",
              FIRMWARE + ".kernelBoot.container.initrdPath",
              MachineRules::notPlain,
              Paths.PLAIN),
          invalid(
                  "48",
                  FIRMWARE + ".bootloader.efi",
                  (efi, scope) ->
                      !efi.get("secureBoot").is(false)
                          && !scope.domain().get("features.smm").isOn()
                          && !scope.domain().has("launchSecurity.tdx"),
                  "SecureBoot requires SMM: either secureBoot must be false (it is true by"
                      + " default), or spec.domain.features.smm must be on")
              .at("secureBoot"),
          invalid(
              "73",
              "domain.devices.gpus",
              (gpus, scope) ->
                  gpus.items().stream()
                          .filter(g -> g.get("virtualGPUOptions.display.ramFB").isOn())
                          .count()
                      > 1,
              "must not configure multiple displays with ramfb"),
          gate("74", "domain.devices.hostDevices", FeatureGates.HOST_DEVICES),
          unsupported(
              "75",
              "domain.devices.sound.model",
              (model, scope) -> model.isTextBut("ich9", "ac97"),
              "the sound device {} is not supported; the options are ich9 and ac97"),
          required(
              "75",
              "domain.devices.sound",
              "name",
              (sound, scope) -> !sound.has("name"),
              "a sound device requires a name"),
          invalid(
              "76",
              SECURITY,
              (security, scope) -> security.keys().size() != 1,
              "exactly one type of launch security must be given: one of sev, snp and tdx"),
          gate("76", SECURITY + ".sev", FeatureGates.SEV),
          gate("76", SECURITY + ".snp", FeatureGates.SEV),
          gate("76", SECURITY + ".tdx", FeatureGates.TDX),
          invalid(
              "76",
              SECURITY + ".tdx",
              (tdx, scope) -> scope.domain().get("features.smm").isOn(),
              "does not work along with SMM; spec.domain.features.smm must be off"),
          invalid(
              "76",
              SECURITY,
              (security, scope) ->
                  security.count("sev", "snp", "tdx") > 0
                      && !scope.domain().has("firmware.bootloader.efi"),
              "requires EFI: spec.domain.firmware.bootloader.efi must be given"),
          invalid(
              "76",
              SECURITY,
              (security, scope) -> {
                Node efi = scope.domain().get("firmware.bootloader.efi");
                return security.count("sev", "snp") > 0
                    && efi.isThere()
                    && !efi.get("secureBoot").is(false);
              },
              "does not work along with secure boot;"
                  + " spec.domain.firmware.bootloader.efi.secureBoot must be false"),
          invalid(
              "76",
              SECURITY,
              (security, scope) ->
                  security.count("sev", "snp", "tdx") > 0
                      && scope.domain().get("firmware.bootloader.efi.persistent").is(true),
              "does not work along with persistent EFI variables"),
          invalid(
              "76",
              SECURITY + ".sev.attestation",
              (sev, scope) -> !scope.spec().text("startStrategy").equals("Paused"),
              "attestation requires spec.startStrategy Paused"),
          invalid(
              "76",
              SECURITY,
              (security, scope) ->
                  security.count("sev", "snp", "tdx") > 0
                      && scope.devices().items("interfaces").stream()
                          .anyMatch(nic -> nic.has("bootOrder")),
              "does not work with a bootable NIC; no interface may have a bootOrder"),
          new Rule(
              "77",
              "domain.devices.autoattachVSOCK",
              "",
              Cause.INVALID,
              (vsock, scope) -> vsock.is(true) && !scope.gate(FeatureGates.VSOCK),
              (vsock, scope) -> gateOff(FeatureGates.VSOCK)),
          invalid(
              "80",
              "domain.devices.video",
              (video, scope) -> scope.devices().get("autoattachGraphicsDevice").is(false),
              "is not allowed when autoattachGraphicsDevice is false"),
          invalid(
              "81",
              "domain.devices.panicDevices[].model",
              (model, scope) -> model.isTextBut("hyperv", "isa", "pvpanic"),
              "{} is an invalid model of a panic device; it must be one of hyperv, isa, pvpanic"),
          gate("82", "domain.rebootPolicy", FeatureGates.REBOOT_POLICY),
          gate("83", "domain.memory.reservedOverhead", FeatureGates.RESERVED_OVERHEAD),
          unsupported(
              "113",
              "domain.devices.video.type",
              (type, scope) -> type.isTextBut("vga", "cirrus", "virtio", "ramfb", "bochs"),
              "the video model {} is not supported on amd64; it must be one of vga, cirrus, virtio,"
                  + " ramfb, bochs"),
          unsupported(
              "113",
              "domain.devices.watchdog.diag288",
              (dog, scope) -> true,
              "only the watchdog i6300esb is supported on amd64"),
          hypervNeeds("synic", "vpindex"),
          hypervNeeds("synictimer", "synic"),
          hypervNeeds("synictimer", "vpindex"),
          hypervNeeds("tlbflush", "vpindex"),
          hypervNeeds("ipi", "vpindex"),
          hypervNeeds("evmcs", "vapic"),
          invalid(
              "116",
              "domain.features.hypervPassthrough",
              (pass, scope) ->
                  pass.get("enabled").is(true) && scope.domain().has("features.hyperv"),
              "use either spec.domain.features.hyperv or hypervPassthrough, not both"),
          required(
              "116",
              HYPERV + ".evmcs",
              "",
              (evmcs, scope) -> evmcs.isOn() && !hasVmx(scope),
              "the CPU feature vmx with policy require is required in spec.domain.cpu.features"));

  private MachineRules() {}

  /** A feature behind a gate that is off. */
  static Rule gate(String id, String select, String gate) {
    return new Rule(
        id,
        select,
        "",
        Cause.INVALID,
        (node, scope) -> !scope.gate(gate),
        (node, scope) -> gateOff(gate));
  }

  static String gateOff(String gate) {
    return "feature gate "
        + gate
        + " is not enabled in spec.configuration.developerConfiguration.featureGates of the"
        + " KubeVirt object";
  }

  private static Rule hypervNeeds(String feature, String needed) {
    return new Rule(
        "116",
        HYPERV + "." + needed,
        "",
        Cause.INVALID,
        (other, scope) ->
            scope.spec().get(HYPERV + "." + feature).isOn() && other.get("enabled").is(false),
        (other, scope) ->
            "'" + feature + "' feature requires '" + needed + "' feature, which was disabled");
  }

  private static boolean hasVmx(Scope scope) {
    return scope.domain().items("cpu.features").stream()
        .anyMatch(
            f ->
                f.text("name").equals("vmx")
                    && (f.text("policy").isEmpty() || f.text("policy").equals("require")));
  }

  private static boolean noVolume(Node name, Scope scope) {
    return name.isText() && scope.volume(name.text()).isEmpty();
  }

  private static boolean noSecret(Node name, Scope scope) {
    return scope.volume(name.text()).filter(v -> !v.has("secret")).isPresent();
  }

  private static boolean isRoot(Node path, Scope scope) {
    return path.text().equals("/");
  }

  private static boolean notPlain(Node path, Scope scope) {
    return !path.text().equals("/") && !Paths.isPlain(path);
  }
}
