package io.vireo.spec;

import static io.vireo.spec.Trees.object;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Init containers that copy each containerDisk into an emptyDir, where the launcher finds what it
 * would find in a mounted image. The first brings the programs, since a user's image need not have
 * any; each of the others runs them as the root file system of a user's image, with nothing mounted
 * that is not for everybody to see.
 */
final class DiskCopies {

  private static final String TOOLS = "copy-tools";
  private static final String TOOLS_DIR = "/.vireo/tools";
  private static final String DISK_DIR = "/.vireo/disk";

  /** The folders around a disk of the largest size. */
  private static final long FOLDERS_BYTES = 1L << 20;

  private DiskCopies() {}

  /** Empty if no disk is to be copied. */
  static List<Object> initContainers(VmiSpec spec, SpecSettings settings) {
    List<Object> copies = new ArrayList<>();
    if (settings.containerDisks() instanceof ContainerDisks.Copies way) {
      for (VmiSpec.Disk disk : spec.disks()) {
        if (disk.volume() instanceof Volume.ContainerDisk source) {
          copies.add(copy(disk.name(), source, way));
        }
      }
    }
    if (!copies.isEmpty()) {
      copies.addFirst(tools(settings));
    }
    return copies;
  }

  /** The volume of the programs, if there is a copy to make. */
  static List<Object> toolsVolume(VmiSpec spec, SpecSettings settings) {
    return initContainers(spec, settings).isEmpty()
        ? List.of()
        : List.of(object("name", TOOLS, "emptyDir", object("sizeLimit", "16Mi")));
  }

  /** What an emptyDir of one disk is limited to. */
  static String sizeLimit(ContainerDisks.Copies way) {
    return Quantity.ofBytes(way.bytesMax() + FOLDERS_BYTES);
  }

  private static Map<String, Object> tools(SpecSettings settings) {
    return container(
        TOOLS,
        settings.launcherImage(),
        "IfNotPresent",
        List.of(
            "/usr/bin/busybox",
            "cp",
            "/usr/bin/busybox",
            "/opt/vireo/lib/copy-disk",
            TOOLS_DIR + "/"),
        List.of(object("name", TOOLS, "mountPath", TOOLS_DIR)));
  }

  private static Map<String, Object> copy(
      String disk, Volume.ContainerDisk source, ContainerDisks.Copies way) {
    List<Object> command =
        new ArrayList<>(
            List.of(
                TOOLS_DIR + "/busybox",
                "sh",
                TOOLS_DIR + "/copy-disk",
                "/",
                DISK_DIR,
                Long.toString(way.bytesMax())));
    source.path().map(LauncherPod::unexpanded).ifPresent(command::add);
    return container(
        "disk-" + disk,
        source.image(),
        source.imagePullPolicy().orElse(null),
        command,
        List.of(
            object("name", TOOLS, "mountPath", TOOLS_DIR, "readOnly", true),
            object("name", "disk-" + disk, "mountPath", DISK_DIR)));
  }

  private static Map<String, Object> container(
      String name,
      String image,
      @Nullable String pullPolicy,
      List<Object> command,
      List<Object> mounts) {
    return object(
        "name",
        name,
        "image",
        image,
        "imagePullPolicy",
        pullPolicy,
        "command",
        command,
        // An image may name a folder that it does not have.
        "workingDir",
        "/",
        "terminationMessagePolicy",
        "FallbackToLogsOnError",
        "resources",
        object(
            "requests", object("cpu", "10m", "memory", "16Mi"),
            "limits", object("memory", "64Mi")),
        "securityContext",
        LauncherPod.restricted(),
        "volumeMounts",
        mounts);
  }
}
