package io.vireo.scheduler.spec;

import static io.vireo.scheduler.spec.Trees.object;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Volumes of the launcher pod. */
final class LauncherVolumes {

  private static final String IMAGE_DISKS_DIR = "/var/run/kubevirt/container-disks";
  private static final String CLOUD_INIT_DIR = "/var/run/kubevirt/cloud-init";

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
      }
    }
    return mounts;
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
      }
    }
    volumes.addAll(DiskCopies.toolsVolume(spec, settings));
    return volumes;
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
    sources.add(secret(source.userDataSecret().orElse(own), "userdata"));
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
