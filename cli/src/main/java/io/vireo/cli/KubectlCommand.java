package io.vireo.cli;

import io.vireo.dev.controlplane.Binaries;
import io.vireo.dev.controlplane.ControlPlane;
import io.vireo.dev.stack.StackClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code vireo kubectl}: every word after it is kubectl's. */
@Command(name = "kubectl", description = "Runs kubectl on the stack's cluster.")
final class KubectlCommand implements Callable<Integer> {

  @ParentCommand private VireoMain root = new VireoMain();

  @Parameters(arity = "0..*", paramLabel = "ARG", description = "Passed to kubectl as they are.")
  private List<String> arguments = List.of();

  List<String> arguments() {
    return List.copyOf(arguments);
  }

  /** Whether kubectl only explains itself, for which there need be no cluster. */
  static boolean isHelp(List<String> words) {
    return words.isEmpty()
        || words.getFirst().equals("help")
        || words.stream()
            .takeWhile(word -> !word.equals("--"))
            .anyMatch(word -> word.equals("--help") || word.equals("-h"));
  }

  /** Also without a supervisor: when that was killed, the API server goes on. */
  private static boolean mayAnswer(StackClient client) throws IOException {
    return client.isRunning()
        || client
            .status()
            .flatMap(stack -> stack.component(ControlPlane.API_SERVER))
            .filter(apiServer -> apiServer.pid() != 0)
            .isPresent();
  }

  @Override
  public Integer call() throws Exception {
    Place place = root.place();
    Path kubeconfig = place.state().kubeconfig();
    if (!isHelp(arguments) && !(Files.exists(kubeconfig) && mayAnswer(place.client()))) {
      throw place.noStack();
    }
    Path kubectl =
        new Binaries(Binaries.defaultCache(), System.getenv()).folder().resolve("kubectl");
    if (!Files.isExecutable(kubectl)) {
      throw new Failure(
          "there is no kubectl in " + kubectl + "; get it with: " + place.command("doctor --fix"));
    }
    List<String> command =
        new ArrayList<>(List.of(kubectl.toString(), "--kubeconfig", kubeconfig.toString()));
    command.addAll(arguments);
    try (StopOnExit _ = StopOnExit.arm(place, Steps.onStandardError())) {
      return new ProcessBuilder(command).inheritIO().start().waitFor();
    }
  }
}
