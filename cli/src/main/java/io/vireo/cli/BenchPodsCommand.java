package io.vireo.cli;

import io.vireo.cli.bench.FigureReport;
import io.vireo.cli.bench.PodsBench;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code vireo bench pods}. */
@Command(
    name = "pods",
    mixinStandardHelpOptions = true,
    description =
        "Measures pods and virtual machines on a stack that runs with --runtime kubelet: times until"
            + " they run, and where the time goes; memory and disk of a virtual machine; sizes of"
            + " images. What it makes there it removes again. See docs/performance.md.")
final class BenchPodsCommand implements Callable<Integer> {

  private static final int VMIS_MAX = 1000;
  private static final int TOGETHER_MAX = 100;

  @ParentCommand private BenchCommand bench = new BenchCommand();
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--vmis",
      paramLabel = "N",
      description =
          "Pods, and then virtual machines, one after another (default: ${DEFAULT-VALUE}).")
  private int vmis = 20;

  @Option(
      names = "--together",
      paramLabel = "N",
      description =
          "Virtual machines that run at the same time while memory and disk are measured; fewer"
              + " where the nodes have no room (default: ${DEFAULT-VALUE}).")
  private int together = 10;

  @Mixin private BenchOutput output = new BenchOutput();

  private @Nullable String problem() {
    if (vmis < 1 || vmis > VMIS_MAX || together < 1 || together > TOGETHER_MAX) {
      return "Expected --vmis from 1 to " + VMIS_MAX + " and --together from 1 to " + TOGETHER_MAX;
    }
    return output.problem().orElse(null);
  }

  @Override
  public Integer call() throws Exception {
    CommandSpec self = spec;
    String problem = problem();
    if (self != null && problem != null) {
      throw new ParameterException(self.commandLine(), problem);
    }
    Steps steps = Steps.onStandardError();
    FigureReport figures = new PodsBench(bench.place(), steps).run(vmis, together);
    output.write(figures, steps);
    return 0;
  }
}
