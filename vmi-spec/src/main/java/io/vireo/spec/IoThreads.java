package io.vireo.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which thread of QEMU serves which disk. A disk that wants one gets a thread of its own; the
 * others share one, or with policy auto as many as there are, up to two for each virtual CPU.
 *
 * @param count threads in all
 * @param ofDisk for each disk its thread, from 1; empty for QEMU's main loop
 */
record IoThreads(int count, List<Optional<Integer>> ofDisk) {

  static IoThreads assign(Optional<String> policy, List<VmiSpec.Disk> disks, int vcpus) {
    long dedicated = disks.stream().filter(disk -> disk.driver().dedicatedIoThread()).count();
    if (policy.isEmpty() && dedicated == 0) {
      return new IoThreads(0, disks.stream().map(disk -> Optional.<Integer>empty()).toList());
    }
    long others = disks.stream().filter(IoThreads::canShare).count();
    long limit = policy.equals(Optional.of("auto")) ? Math.max(1, 2L * vcpus - dedicated) : 1;
    int shared = (int) Math.min(others, limit);
    int nextShared = 0;
    int nextDedicated = shared;
    List<Optional<Integer>> ofDisk = new ArrayList<>();
    for (VmiSpec.Disk disk : disks) {
      if (disk.driver().dedicatedIoThread()) {
        nextDedicated++;
        ofDisk.add(Optional.of(nextDedicated));
      } else if (canShare(disk)) {
        ofDisk.add(Optional.of(nextShared % shared + 1));
        nextShared++;
      } else {
        ofDisk.add(Optional.empty());
      }
    }
    return new IoThreads(nextDedicated, List.copyOf(ofDisk));
  }

  private static boolean canShare(VmiSpec.Disk disk) {
    return disk.bus().equals("virtio") && !disk.driver().dedicatedIoThread();
  }
}
