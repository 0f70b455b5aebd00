package io.vireo.scheduler.core;

import io.vireo.spec.Claim;
import io.vireo.spec.DomainPlan;
import io.vireo.spec.VmiSpec;
import io.vireo.spec.Volume;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A volume as the status of its VMI shows it.
 *
 * @param target name of the disk as most guests call it
 * @param claim the claim behind it, if any
 * @param containerDisk it comes out of an image
 */
public record VolumeStatus(
    String name, String target, @Nullable String claim, boolean containerDisk) {

  static List<VolumeStatus> of(VmiSpec spec) {
    List<String> targets = DomainPlan.targets(spec.disks());
    List<VolumeStatus> volumes = new ArrayList<>();
    for (int i = 0; i < spec.disks().size(); i++) {
      VmiSpec.Disk disk = spec.disks().get(i);
      volumes.add(
          new VolumeStatus(
              disk.name(),
              targets.get(i),
              disk.volume().claimName().orElse(null),
              disk.volume() instanceof Volume.ContainerDisk));
    }
    return volumes;
  }

  /**
   * The tree of {@code status.volumeStatus}.
   *
   * @param sizes of those that the launcher made
   * @param running the guest has its disks, so that they have names
   */
  static List<Object> render(
      List<VolumeStatus> volumes, List<Claim> claims, List<Domain.Volume> sizes, boolean running) {
    List<Object> list = new ArrayList<>();
    for (VolumeStatus volume : volumes) {
      Map<String, Object> item = new TreeMap<>();
      item.put("name", volume.name);
      item.put("target", running ? volume.target : "");
      if (volume.containerDisk) {
        item.put("containerDiskVolume", Map.of());
      }
      claims.stream()
          .filter(claim -> claim.name().equals(volume.claim))
          .findFirst()
          .ifPresent(claim -> item.put("persistentVolumeClaimInfo", info(claim)));
      sizes.stream()
          .filter(size -> size.name().equals(volume.name))
          .findFirst()
          .ifPresent(size -> item.put("size", size.bytes()));
      list.add(item);
    }
    return list;
  }

  private static Map<String, Object> info(Claim claim) {
    Map<String, Object> info = new TreeMap<>();
    info.put("claimName", claim.name());
    info.put("accessModes", claim.accessModes());
    info.put("volumeMode", claim.block() ? "Block" : "Filesystem");
    info.put("requests", Map.of("storage", claim.requested()));
    claim.capacity().ifPresent(storage -> info.put("capacity", Map.of("storage", storage)));
    return info;
  }
}
