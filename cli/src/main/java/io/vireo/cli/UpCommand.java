package io.vireo.cli;

import io.vireo.cli.doctor.Repair;
import io.vireo.dev.kubelet.KubeletHost;
import io.vireo.dev.stack.PodRuntime;
import io.vireo.dev.stack.StackClient;
import io.vireo.dev.stack.StackFile;
import io.vireo.dev.stack.StackOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code vireo up}. */
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    description = "Starts the stack: Kubernetes, Kafka, and Vireo on one or more nodes.")
final class UpCommand implements Callable<Integer> {

  private static final Duration LOOK = Duration.ofSeconds(1);

  @ParentCommand private VireoMain root = new VireoMain();
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      description = "Nodes that this machine stands in for (default: ${DEFAULT-VALUE}).")
  private int nodes = 1;

  @Option(
      names = "--schedulers",
      paramLabel = "N",
      description = "Schedulers that share the work, 1 to 3 (default: ${DEFAULT-VALUE}).")
  private int schedulers = 1;

  @Option(
      names = "--runtime",
      paramLabel = "NAME",
      description = {
        "What runs the pods (default: ${DEFAULT-VALUE}):",
        "process  local processes; no root, no container runtime",
        "kubelet  a real kubelet and containerd; needs root"
      })
  private String runtime = "process";

  @Option(
      names = "--control-plane",
      paramLabel = "PLACE",
      description = {
        "Where Vireo's control plane runs, with --runtime kubelet (default: pods):",
        "pods  as the manifests that ship have it",
        "host  beside, as processes of this machine"
      })
  private @Nullable String controlPlane;

  @Option(names = "--separate", description = "Give each part a process of its own.")
  private boolean separate;

  @Option(names = "--detach", description = "Return once the stack is ready, and leave it running.")
  private boolean detach;

  @Override
  public Integer call() throws Exception {
    Place place = root.place();
    StackOptions options = options(place);
    Steps steps = Steps.onStandardError();
    StackClient client = place.client();
    if (client.isRunning()) {
      throw new Failure(
          "a stack runs on "
              + place.state().root()
              + " already; see: "
              + place.command("status")
              + "; stop it with: "
              + place.command("down"));
    }
    client.checkRuntime(options.runtime());
    try (StopOnExit guard = StopOnExit.arm(place, steps)) {
      if (options.runtime() == PodRuntime.KUBELET) {
        KubeletHost.check();
        steps.run(
            "preparing Vireo's images",
            (Consumer<String> detail) -> Repair.vireoImages(place, detail));
      } else {
        steps.run("preparing the launcher's image", detail -> Repair.launcherImage(place));
      }
      steps.run(
          "starting the stack",
          (Consumer<String> detail) -> {
            guard.startsStack();
            return StackClient.start(options, detail);
          });
      System.out.print(usage(place));
      if (detach) {
        return 0;
      }
      steps.line("Ctrl-C stops the stack.");
      while (client.isRunning()) {
        Thread.sleep(LOOK);
      }
      guard.disarm();
      throw new Failure("the stack ended; its log: " + place.log());
    }
  }

  private StackOptions options(Place place) {
    try {
      PodRuntime chosen = PodRuntime.of(runtime);
      return new StackOptions(
          place.state().root(),
          chosen,
          hostControlPlane(chosen),
          nodes,
          schedulers,
          separate,
          Optional.empty());
    } catch (IllegalArgumentException e) {
      CommandSpec self = spec;
      if (self == null) {
        throw e;
      }
      throw new ParameterException(self.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private boolean hostControlPlane(PodRuntime chosen) {
    if (controlPlane == null) {
      return chosen == PodRuntime.PROCESS;
    }
    return switch (controlPlane) {
      case "host" -> true;
      case "pods" -> false;
      default ->
          throw new IllegalArgumentException(
              "Expected --control-plane pods or host, but got " + controlPlane);
    };
  }

  static String usage(Place place) throws Exception {
    StackFile stack = place.running();
    return """
        The stack is ready.
          Kubernetes       %s   (kubeconfig: %s)
          Kafka            %s   (Java clients: %s; kcat: %s)
          Schema registry  %s
          Nodes            %s
        Try:
          ./%s
          ./%s
          ./%s        Ctrl-] leaves
          ./%s
          kcat -F %s -C -t vireo.vmi.events.v1 -s value=avro -r %s
          ./%s
          ./%s
        """
        .formatted(
            stack.apiServerUrl(),
            place.state().kubeconfig(),
            stack.kafkaBootstrap(),
            place.state().kafkaProperties(),
            place.state().kcatConf(),
            stack.registryUrl(),
            String.join(", ", stack.nodes().stream().map(StackFile.Node::name).toList()),
            place.command("kubectl apply -f examples/tiny.yaml"),
            place.command("kubectl get vmi -w"),
            place.command("console tiny"),
            place.command("events --follow"),
            place.state().kcatConf(),
            stack.registryUrl(),
            place.command("status"),
            place.command("down"));
  }
}
