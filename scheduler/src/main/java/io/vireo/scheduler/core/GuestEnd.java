package io.vireo.scheduler.core;

import io.vireo.scheduler.core.VmiState.Failure;
import java.util.Objects;
import java.util.Optional;

/**
 * How a guest ended, as a final phase. The rules are those of KubeVirt's node agent: a guest that
 * shut itself down succeeded, one that crashed or had to be destroyed after its grace period
 * failed.
 */
record GuestEnd(String phase, String reason, String message, Optional<Failure> failure) {

  /**
   * The end of the newest epoch, which is closed.
   *
   * @param stopping the user asked for the end
   */
  static GuestEnd of(VmiState state, boolean stopping) {
    Epoch epoch = Objects.requireNonNull(state.epoch());
    Failure failure = epoch.failure();
    if (failure != null) {
      return failed(failure.reason(), failure.message());
    }
    String reason =
        state
            .currentDomain()
            .filter(d -> d.state().equals(Domain.ENDED))
            .map(Domain::reason)
            .orElseGet(() -> reasonOfPod(state));
    return switch (reason) {
      case "shutdown", "saved", "from-snapshot" ->
          succeeded(reason, "The VirtualMachineInstance was shut down.");
      case "never-started" -> succeeded(reason, "The guest was never started.");
      case "destroyed" ->
          stopping
              ? failed(
                  "GracePeriodExceeded", "The guest did not shut down within its grace period.")
              : failed("Destroyed", "The domain was destroyed.");
      case "destroyed-at-once" -> succeeded(reason, "The VirtualMachineInstance was destroyed.");
      case "crashed" -> failed("Crashed", "The VirtualMachineInstance crashed.");
      case "panicked" -> failed("GuestPanicked", "The guest panicked.");
      case "launcher-died" -> failed("LauncherDied", "The launcher ended, and with it the guest.");
      default -> failed("Stopped", "The VirtualMachineInstance ended: " + reason + ".");
    };
  }

  /** Only the pod is left to tell: the launcher's exit code says whether the guest ended well. */
  private static String reasonOfPod(VmiState state) {
    return state
        .lastPod()
        .flatMap(Pod::launcher)
        .filter(launcher -> launcher.state().equals("terminated"))
        .map(container -> Objects.equals(container.exitCode(), 0) ? "shutdown" : "launcher-died")
        .orElse("unknown");
  }

  private static GuestEnd succeeded(String reason, String message) {
    return new GuestEnd("Succeeded", reason, message, Optional.empty());
  }

  private static GuestEnd failed(String reason, String message) {
    return new GuestEnd("Failed", reason, message, Optional.of(new Failure(reason, message)));
  }
}
