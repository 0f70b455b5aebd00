package io.vireo.api.core;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** KubeVirt's feature gates that rules ask for, and whether each is on without being named. */
final class FeatureGates {

  /** Where a feature stands. */
  enum Stage {
    /** On by being named. */
    ALPHA,
    /** On unless it is named as disabled. */
    BETA,
    /** Naming it has no meaning any more. */
    DEPRECATED
  }

  static final String DECLARATIVE_HOTPLUG = "DeclarativeHotplugVolumes";
  static final String DOWNWARD_METRICS = "DownwardMetrics";
  static final String HOST_DEVICES = "HostDevices";
  static final String HOST_DISK = "HostDisk";
  static final String IGNITION = "ExperimentalIgnitionSupport";
  static final String PASST = "PasstBinding";
  static final String PERSISTENT_RESERVATION = "PersistentReservation";
  static final String PORT_RANGES = "PortRangesSpec";
  static final String REBOOT_POLICY = "RebootPolicy";
  static final String RESERVED_OVERHEAD = "ReservedOverheadMemlock";
  static final String SEV = "WorkloadEncryptionSEV";
  static final String SIDECAR = "Sidecar";
  static final String TDX = "WorkloadEncryptionTDX";
  static final String VIRTIOFS_STORAGE = "EnableVirtioFsStorageVolumes";
  static final String VSOCK = "VSOCK";
  static final String GPU_DRA = "GPUsWithDRA";
  static final String HOST_DEVICES_DRA = "HostDevicesWithDRA";
  static final String NETWORK_DRA = "NetworkDevicesWithDRA";

  private static final Map<String, Stage> STAGES = stages();

  private FeatureGates() {}

  private static Map<String, Stage> stages() {
    Map<String, Stage> stages = new TreeMap<>();
    for (String name :
        new String[] {
          DOWNWARD_METRICS,
          HOST_DEVICES,
          HOST_DISK,
          IGNITION,
          PERSISTENT_RESERVATION,
          PORT_RANGES,
          RESERVED_OVERHEAD,
          SEV,
          SIDECAR,
          TDX,
          VIRTIOFS_STORAGE,
          VSOCK,
          HOST_DEVICES_DRA,
          NETWORK_DRA
        }) {
      stages.put(name, Stage.ALPHA);
    }
    for (String name : new String[] {DECLARATIVE_HOTPLUG, GPU_DRA, PASST, REBOOT_POLICY}) {
      stages.put(name, Stage.BETA);
    }
    for (String name :
        new String[] {
          "DisableMDEVConfiguration",
          "DockerSELinuxMCSWorkaround",
          "ExperimentalVirtiofsSupport",
          "HotplugVolumes",
          "Macvtap",
          "MultiArchitecture",
          "Passt",
          "PasstIPStackMigration"
        }) {
      stages.put(name, Stage.DEPRECATED);
    }
    return stages;
  }

  /** Named, else not disabled and beta. Those that are always on now are asked for by nobody. */
  static boolean isOn(String name, Set<String> enabled, Set<String> disabled) {
    Stage stage = STAGES.getOrDefault(name, Stage.ALPHA);
    if (enabled.contains(name)) {
      return true;
    }
    return !disabled.contains(name) && stage == Stage.BETA;
  }

  static boolean isDeprecated(String name) {
    return STAGES.get(name) == Stage.DEPRECATED;
  }
}
