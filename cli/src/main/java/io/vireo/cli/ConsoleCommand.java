package io.vireo.cli;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.vireo.cli.console.ConsoleClient;
import io.vireo.cli.console.RawTerminal;
import io.vireo.cli.console.Silence;
import io.vireo.dev.stack.StackFile;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code vireo console}. */
@Command(
    name = "console",
    mixinStandardHelpOptions = true,
    description = "Connects to a virtual machine's serial console; Ctrl-] leaves.")
final class ConsoleCommand implements Callable<Integer> {

  private static final byte LEAVE = 0x1d;
  private static final int BUFFER_BYTES = 1024;

  @ParentCommand private VireoMain root = new VireoMain();

  @Parameters(paramLabel = "NAME", description = "Name of the VirtualMachineInstance.")
  private String name = "";

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NS",
      description = "Its namespace (default: ${DEFAULT-VALUE}).")
  private String namespace = "default";

  @Override
  public Integer call() throws Exception {
    Place place = root.place();
    StackFile stack = place.running();
    GenericKubernetesResource vmi;
    try (KubernetesClient client = Cluster.connect(place.state().kubeconfig())) {
      vmi =
          client
              .genericKubernetesResources(Cluster.VMI)
              .inNamespace(namespace)
              .withName(name)
              .get();
    }
    if (vmi == null) {
      throw new Failure("there is no VirtualMachineInstance " + namespace + "/" + name);
    }
    String nodeName = Cluster.status(vmi, "nodeName");
    StackFile.Node node =
        stack.nodes().stream()
            .filter(candidate -> candidate.name().equals(nodeName))
            .findFirst()
            .orElseThrow(
                () ->
                    new Failure(
                        namespace
                            + "/"
                            + name
                            + " has no console on a node of this stack; its phase is "
                            + Cluster.status(vmi, "phase")));
    return converse(node, Cluster.uid(vmi));
  }

  private int converse(StackFile.Node node, String uid) throws IOException, InterruptedException {
    boolean terminal = Terminal.isInteractive();
    Silence silence = new Silence(System::nanoTime);
    Consumer<byte[]> output =
        bytes -> {
          silence.heard();
          print(bytes);
        };
    try (ConsoleClient console = ConsoleClient.connect(node, uid, output)) {
      if (terminal) {
        System.err.println("Connected to " + namespace + "/" + name + ". Ctrl-] leaves.");
      }
      CompletableFuture<String> typing = new CompletableFuture<>();
      Thread.ofPlatform().daemon().name("keyboard").start(() -> type(console, typing));
      String end;
      if (terminal) {
        try (RawTerminal _ = RawTerminal.enter()) {
          end = await(console, typing);
          System.err.print("\r\n");
        }
      } else {
        end = await(console, typing);
        // Piped words are typed at once; their answer takes its time.
        silence.await(console.end());
      }
      boolean left = typing.isDone() && !console.end().isDone();
      if (!left || terminal) {
        System.err.println(left ? "Left the console." : "Disconnected: " + end + ".");
      }
      return left ? 0 : 1;
    }
  }

  private static String await(ConsoleClient console, CompletableFuture<String> typing) {
    return CompletableFuture.anyOf(console.end(), typing).join().toString();
  }

  private static void print(byte[] bytes) {
    System.out.write(bytes, 0, bytes.length);
    System.out.flush();
  }

  private static void type(ConsoleClient console, CompletableFuture<String> typing) {
    byte[] buffer = new byte[BUFFER_BYTES];
    try {
      while (true) {
        int length = System.in.read(buffer);
        int leave = leaveAt(buffer, length);
        int typed = leave >= 0 ? leave : length;
        if (typed > 0) {
          console.send(Arrays.copyOf(buffer, typed));
        }
        if (leave >= 0 || length < 0) {
          typing.complete("left");
          return;
        }
      }
    } catch (IOException e) {
      typing.complete(Failure.describe(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static int leaveAt(byte[] bytes, int length) {
    for (int i = 0; i < length; i++) {
      if (bytes[i] == LEAVE) {
        return i;
      }
    }
    return -1;
  }
}
