package io.vireo.cli.measure;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Quantity;
import io.vireo.cli.Failure;
import java.io.IOException;
import java.util.List;

/**
 * Memory of one virtual machine's pod, in MiB of proportional set size but for the launcher's.
 *
 * @param launcherRssMib resident set size of the launcher's Java
 * @param guestMib the guest's own memory
 * @param overheadMib all processes of the pod, less the guest's memory and the translated code
 * @param translationMib code translated for software emulation; 0 with KVM
 */
public record PodMemory(
    double launcherRssMib, double guestMib, double overheadMib, double translationMib) {

  private static final double KIB_PER_MIB = 1024;
  private static final long KIB = 1024;

  /** Which processes are the pod's. */
  @FunctionalInterface
  public interface Members {
    /** All of them, found by the launcher. */
    List<Long> of(long launcherPid) throws IOException;
  }

  /** What the guest of a VMI is promised, in KiB. */
  public static long guestKib(GenericKubernetesResource vmi) {
    Object guest = vmi.get("spec", "domain", "memory", "guest");
    return Quantity.getAmountInBytes(Quantity.parse(String.valueOf(guest))).longValue() / KIB;
  }

  /**
   * Measures it now.
   *
   * @param uid of the VMI, which has to run
   * @param guestMemoryKib what the guest was promised
   * @throws Failure when the processes of a running virtual machine are not there
   */
  public static PodMemory of(String uid, long guestMemoryKib, Members members)
      throws IOException, Failure {
    List<Processes.Found> qemus = Processes.qemu(uid);
    Processes.Found launcher =
        Processes.launcher(uid)
            .orElseThrow(() -> new Failure("the launcher of a running VMI has no process"));
    if (qemus.size() != 1) {
      throw new Failure("expected one QEMU of a running VMI, but there are " + qemus.size());
    }
    Smaps smaps = Processes.smaps(qemus.getFirst().pid(), guestMemoryKib);
    long pod = 0;
    for (long pid : members.of(launcher.pid())) {
      pod += Processes.pssKib(pid).orElse(0L);
    }
    return new PodMemory(
        Processes.rssMib(launcher.pid()).orElse(0.0),
        smaps.guestKib() / KIB_PER_MIB,
        (pod - smaps.guestKib() - smaps.translationKib()) / KIB_PER_MIB,
        smaps.translationKib() / KIB_PER_MIB);
  }
}
