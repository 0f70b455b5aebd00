package io.vireo.spec;

import static io.vireo.spec.Trees.object;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Volumes of the launcher pod. */
final class LauncherVolumes {

  private static final String IMAGE_DISKS_DIR = "/var/run/kubevirt/container-disks";
  private static final String CLOUD_INIT_DIR = "/var/run/kubevirt/cloud-init";
  private static final String CLAIMS_DIR = "/var/run/kubevirt/claims";
  private static final String FILES_DIR = "/var/run/kubevirt/files";

  /** What a kubelet gives the token that it mounts by itself; the API server extends just that. */
  private static final long TOKEN_SECONDS = 3607;

  private LauncherVolumes() {}

  /** Where they are mounted in the launcher's container. */
  static List<Object> mounts(VmiSpec spec) {
    List<Object> mounts = new ArrayList<>();
    mounts.add(object("name", "private", "mountPath", DomainPlan.PRIVATE_DIR));
    mounts.add(object("name", "ephemeral-disks", "mountPath", DomainPlan.EPHEMERAL_DISKS_DIR));
    mounts.add(object("name", "tmp", "mountPath", "/tmp"));
    if (spec.consoleLog()) {
      mounts.add(object("name", ConsoleLog.VOLUME, "mountPath", ConsoleLog.DIR));
    }
    for (VmiSpec.Disk disk : spec.disks()) {
      switch (disk.volume()) {
        case Volume.ContainerDisk c ->
            mounts.add(readOnly("disk-" + disk.name(), IMAGE_DISKS_DIR + "/" + disk.name()));
        case Volume.EmptyDisk e -> {}
        case Volume.CloudInitNoCloud c ->
            mounts.add(readOnly("ci-" + disk.name(), CLOUD_INIT_DIR + "/" + disk.name()));
        case Volume.Persistent p when p.isBlock() -> {}
        case Volume.Ephemeral e when e.isBlock() -> {}
        case Volume.Persistent p when p.readOnly() ->
            mounts.add(readOnly(claimVolume(disk), CLAIMS_DIR + "/" + disk.name()));
        case Volume.Persistent p ->
            mounts.add(
                object("name", claimVolume(disk), "mountPath", CLAIMS_DIR + "/" + disk.name()));
        case Volume.Ephemeral e ->
            mounts.add(readOnly(claimVolume(disk), CLAIMS_DIR + "/" + disk.name()));
        case Volume.Files f ->
            mounts.add(readOnly("iso-" + disk.name(), FILES_DIR + "/" + disk.name()));
      }
    }
    return mounts;
  }

  /** Block devices in the launcher's container. */
  static List<Object> devices(VmiSpec spec) {
    List<Object> devices = new ArrayList<>();
    for (VmiSpec.Disk disk : spec.disks()) {
      if (isBlock(disk.volume())) {
        devices.add(
            object("name", claimVolume(disk), "devicePath", DomainPlan.BLOCK_DEVICE + disk.name()));
      }
    }
    return devices;
  }

  static boolean isBlock(Volume volume) {
    return (volume instanceof Volume.Persistent p && p.isBlock())
        || (volume instanceof Volume.Ephemeral e && e.isBlock());
  }

  private static String claimVolume(VmiSpec.Disk disk) {
    return "claim-" + disk.name();
  }

  private static Map<String, Object> readOnly(String volume, String path) {
    return object("name", volume, "mountPath", path, "readOnly", true);
  }

  /** The volumes. */
  static List<Object> of(LauncherPod.Owner owner, VmiSpec spec, SpecSettings settings) {
    List<Object> volumes = new ArrayList<>();
    for (String name : List.of("private", "ephemeral-disks", "tmp")) {
      volumes.add(object("name", name, "emptyDir", Map.of()));
    }
    if (spec.consoleLog()) {
      volumes.add(ConsoleLog.volume());
    }
    for (VmiSpec.Disk disk : spec.disks()) {
      switch (disk.volume()) {
        case Volume.ContainerDisk c ->
            volumes.add(containerDisk("disk-" + disk.name(), c, settings.containerDisks()));
        case Volume.EmptyDisk e -> {}
        case Volume.CloudInitNoCloud c ->
            volumes.add(
                object(
                    "name",
                    "ci-" + disk.name(),
                    "projected",
                    object("sources", cloudInitSources(owner, disk.name(), c))));
        case Volume.Persistent p -> volumes.add(claim(claimVolume(disk), p.name(), p.readOnly()));
        // Others may write to the claim meanwhile, so a pod that mounts it may too.
        case Volume.Ephemeral e -> volumes.add(claim(claimVolume(disk), e.name(), false));
        case Volume.Files f -> volumes.add(files("iso-" + disk.name(), f));
      }
    }
    volumes.addAll(DiskCopies.toolsVolume(spec, settings));
    return volumes;
  }

  private static Map<String, Object> claim(String volume, String claim, boolean readOnly) {
    Map<String, Object> source = object("claimName", claim);
    if (readOnly) {
      source.put("readOnly", true);
    }
    return object("name", volume, "persistentVolumeClaim", source);
  }

  private static Map<String, Object> files(String volume, Volume.Files files) {
    return switch (files.kind()) {
      case CONFIG_MAP ->
          object(
              "name",
              volume,
              "configMap",
              object("name", files.name(), "optional", files.optional() ? true : null));
      case SECRET ->
          object(
              "name",
              volume,
              "secret",
              object("secretName", files.name(), "optional", files.optional() ? true : null));
      case SERVICE_ACCOUNT ->
          object("name", volume, "projected", object("sources", serviceAccountSources()));
    };
  }

  /** As a kubelet mounts them where a pod leaves it to it. */
  private static List<Object> serviceAccountSources() {
    return List.of(
        object("serviceAccountToken", object("expirationSeconds", TOKEN_SECONDS, "path", "token")),
        object(
            "configMap",
            object(
                "name",
                "kube-root-ca.crt",
                "items",
                List.of(object("key", "ca.crt", "path", "ca.crt")))),
        object(
            "downwardAPI",
            object(
                "items",
                List.of(
                    object(
                        "path",
                        "namespace",
                        "fieldRef",
                        object("apiVersion", "v1", "fieldPath", "metadata.namespace"))))));
  }

  private static Map<String, Object> containerDisk(
      String volume, Volume.ContainerDisk source, ContainerDisks way) {
    return switch (way) {
      case ContainerDisks.ImageVolumes v ->
          object(
              "name",
              volume,
              "image",
              object(
                  "reference", source.image(),
                  "pullPolicy", source.imagePullPolicy().orElse(null)));
      case ContainerDisks.Copies copies ->
          object("name", volume, "emptyDir", object("sizeLimit", DiskCopies.sizeLimit(copies)));
    };
  }

  private static List<Object> cloudInitSources(
      LauncherPod.Owner owner, String volume, Volume.CloudInitNoCloud source) {
    String own = LauncherPod.secretName(owner.name(), owner.uid(), volume);
    List<Object> sources = new ArrayList<>();
    if (source.inlineUserData() || source.userDataSecret().isPresent()) {
      sources.add(secret(source.userDataSecret().orElse(own), "userdata"));
    }
    if (source.inlineNetworkData() || source.networkDataSecret().isPresent()) {
      sources.add(secret(source.networkDataSecret().orElse(own), "networkdata"));
    }
    return sources;
  }

  private static Object secret(String name, String key) {
    return object(
        "secret", object("name", name, "items", List.of(object("key", key, "path", key))));
  }
}
