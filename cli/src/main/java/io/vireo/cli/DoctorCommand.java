package io.vireo.cli;

import io.vireo.cli.doctor.Doctor;
import io.vireo.cli.doctor.Finding;
import io.vireo.cli.doctor.Repair;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code vireo doctor}. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description = "Checks what this machine needs, and installs it with --fix.")
final class DoctorCommand implements Callable<Integer> {

  @ParentCommand private VireoMain root = new VireoMain();

  @Option(names = "--fix", description = "Install packages, get programs and build images.")
  private boolean fix;

  @Option(names = "--yes", description = "Do not ask before packages are installed.")
  private boolean yes;

  @Option(
      names = {"-o", "--output"},
      description = "table or json (default: ${DEFAULT-VALUE}).")
  private OutputFormat output = OutputFormat.TABLE;

  @Override
  public Integer call() throws Exception {
    Place place = root.place();
    if (fix) {
      Steps steps = Steps.onStandardError();
      try (StopOnExit _ = StopOnExit.arm(place, steps)) {
        new Repair(place, steps, yes).run();
      }
    }
    List<Finding> findings = new Doctor(place).examine();
    System.out.print(output == OutputFormat.JSON ? json(findings) : table(findings));
    boolean fine = findings.stream().noneMatch(Finding::isMissing);
    if (!fine && output == OutputFormat.TABLE) {
      System.err.println(
          fix
              ? "Some things could not be fixed; the last column says how."
              : "Not ready. To install what is missing: " + place.command("doctor --fix"));
    }
    return fine ? 0 : 1;
  }

  private static String table(List<Finding> findings) {
    TextTable table = new TextTable("CHECK", "STATE", "FOUND", "HOW TO FIX");
    for (Finding finding : findings) {
      table.row(finding.check(), finding.state().word(), finding.found(), finding.fix());
    }
    return table.render();
  }

  private static String json(List<Finding> findings) {
    return Json.pretty(
            findings.stream()
                .map(
                    finding -> {
                      Map<String, Object> row = new LinkedHashMap<>();
                      row.put("check", finding.check());
                      row.put("state", finding.state().word());
                      row.put("found", finding.found());
                      row.put("fix", finding.fix());
                      return row;
                    })
                .toList())
        + "\n";
  }
}
