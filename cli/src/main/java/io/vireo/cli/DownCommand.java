package io.vireo.cli;

import io.vireo.dev.stack.StackClient;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code vireo down}. */
@Command(
    name = "down",
    mixinStandardHelpOptions = true,
    description = "Shuts guests down within their grace period, then stops the stack in order.")
final class DownCommand implements Callable<Integer> {

  @ParentCommand private VireoMain root = new VireoMain();

  @Option(names = "--purge", description = "Also remove the stack's state.")
  private boolean purge;

  @Override
  public Integer call() throws Exception {
    Place place = root.place();
    Steps steps = Steps.onStandardError();
    StackClient client = place.client();
    boolean ran = client.isRunning();
    // Also without a supervisor: one that was killed leaves processes behind.
    steps.run(
        ran ? "stopping the stack" : "ending what is left",
        () -> {
          client.stop(StopOnExit.STOP_MAX);
          return true;
        });
    if (!ran) {
      System.out.println("No stack ran on " + place.state().root() + ".");
    }
    if (purge) {
      steps.run(
          "removing " + place.state().root(),
          () -> {
            client.purge();
            return true;
          });
    }
    return 0;
  }
}
