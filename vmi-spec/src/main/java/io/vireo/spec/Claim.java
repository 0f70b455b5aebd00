package io.vireo.spec;

import java.util.List;
import java.util.Optional;

/**
 * A PersistentVolumeClaim as Kubernetes holds it.
 *
 * @param block its volume is a block device instead of a file system
 * @param requested the storage asked for, as Kubernetes writes it
 * @param capacity the storage that there is, once bound
 */
public record Claim(
    String name,
    String phase,
    boolean block,
    List<String> accessModes,
    String requested,
    Optional<String> capacity) {

  private static final Quantity DISK_MAX = Quantity.of(16L << 40);

  public Claim {
    accessModes = List.copyOf(accessModes);
  }

  /** How large a disk there may be; 0 if that cannot be read. */
  public long bytes() {
    return capacity
        .or(() -> Optional.of(requested))
        .flatMap(Quantity::parse)
        .filter(size -> !size.isNegative())
        .map(size -> size.isGreaterThan(DISK_MAX) ? DISK_MAX : size)
        .map(Quantity::ceiling)
        .orElse(0L);
  }
}
