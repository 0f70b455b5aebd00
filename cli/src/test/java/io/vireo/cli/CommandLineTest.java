package io.vireo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.dev.process.ProcessStart;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CommandLineTest {

  private final StringWriter output = new StringWriter();

  private CommandLine line() {
    return VireoMain.commandLine().setOut(new PrintWriter(output)).setErr(new PrintWriter(output));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "get vmi -o json",
        "exec -it pod -- sh -c true",
        "--namespace x get pods --help",
        "-h",
        "version --client",
        "apply -f @file --state=of-kubectl",
        "get pods -l a=b"
      })
  void shouldPassEveryWordToKubectl(String words) {
    List<String> given = List.of(words.split(" "));
    List<String> all = new java.util.ArrayList<>(List.of("--state", "/tmp/x", "kubectl"));
    all.addAll(given);

    CommandLine.ParseResult parsed = line().parseArgs(all.toArray(String[]::new));

    KubectlCommand kubectl = (KubectlCommand) parsed.subcommand().commandSpec().userObject();
    assertThat(kubectl.arguments()).isEqualTo(given);
    VireoMain root = (VireoMain) parsed.commandSpec().userObject();
    assertThat(root.place().state().root()).hasToString("/tmp/x");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "doctor", "up", "status", "down", "console", "events", "fence", "forget", "images", "demo",
        "bench", "docs"
      })
  void shouldExplainEachCommand(String command) {
    assertThat(line().execute(command, "--help")).isZero();

    assertThat(output.toString()).contains("Usage: vireo " + command, "--state");
  }

  @ParameterizedTest
  @ValueSource(strings = {"build", "list", "load"})
  void shouldExplainWhatCanBeDoneWithImages(String command) {
    assertThat(line().execute("images", command, "--help")).isZero();

    assertThat(output.toString()).contains("Usage: vireo images " + command, "--state");
  }

  @Test
  void shouldExplainHowPodsAreMeasured() {
    assertThat(line().execute("bench", "pods", "--help")).isZero();

    assertThat(output.toString()).contains("Usage: vireo bench pods", "--together", "--state");
  }

  @Test
  void shouldExplainHowDisksAreMeasured() {
    assertThat(line().execute("bench", "disk", "--help")).isZero();

    assertThat(output.toString()).contains("Usage: vireo bench disk", "--pairs", "--cache");
  }

  @Test
  void shouldSayThatDisksAreMeasuredOnAStack() {
    assertThat(line().execute("--state", "/tmp/vireo-no-such-stack", "bench", "disk")).isEqualTo(1);

    assertThat(output.toString())
        .startsWith("vireo: no stack runs on /tmp/vireo-no-such-stack")
        .contains("up --detach");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bench compare FILE FILE", "bench keep name FILE"})
  void shouldNameTheFileThatIsNoReport(String words, @TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("x.json"), "{}");

    assertThat(line().execute(words.replace("FILE", file.toString()).split(" "))).isEqualTo(1);

    assertThat(output.toString()).startsWith("vireo: Expected " + file + " to be a report");
  }

  @Test
  void shouldCompareTwoReports(@TempDir Path folder) throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("a.json"),
            """
            {"bench": "rest", "sections": [{"key": "s", "title": "S", "figures": [
             {"key": "f", "title": "F", "unit": "s", "source": "clock", "runs": [[1, 2, 3]]}]}]}
            """);
    Path report = folder.resolve("compared.json");

    assertThat(
            line()
                .execute(
                    "bench",
                    "compare",
                    file.toString(),
                    file.toString(),
                    "--report",
                    report.toString()))
        .isZero();

    assertThat(report).content().contains("\"ratio\" : 1.0", "too few values to tell");
  }

  @Test
  void shouldSayHowToStartAStackWithPodsToMeasure() {
    int status = line().execute("--state", "/tmp/vireo-no-such-stack", "bench", "pods");

    assertThat(status).isEqualTo(1);
    assertThat(output.toString())
        .startsWith("vireo: no stack runs on /tmp/vireo-no-such-stack")
        .contains("vireo --state /tmp/vireo-no-such-stack up --runtime kubelet --detach");
  }

  @Test
  void shouldNotMeasurePodsOnAStackWithoutAKubelet(@TempDir Path state) throws Exception {
    long pid = ProcessHandle.current().pid();
    Files.writeString(state.resolve("lock"), pid + " " + ProcessStart.of(pid).orElseThrow());
    Files.writeString(
        state.resolve("stack.json"),
        """
        {"supervisorPid": 1, "supervisorStart": 1, "separate": false, "kafkaBootstrap": "",
         "registryUrl": "", "apiServerUrl": "", "nodes": [], "components": []}
        """);

    assertThat(line().execute("--state", state.toString(), "bench", "pods")).isEqualTo(1);

    assertThat(output.toString()).contains("has no kubelet", "up --runtime kubelet --detach");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no-such-command",
        "up --nodes 0",
        "up --nodes many",
        "up --schedulers 0",
        "up --schedulers 4",
        "up --runtime docker",
        "up --runtime",
        "up --control-plane cloud",
        "up --control-plane pods",
        "up --runtime kubelet --nodes 10",
        "fence",
        "forget",
        "fence node1 --timeout 0",
        "demo --count 0",
        "demo --idle-seconds -1",
        "demo --idle-seconds 60",
        "demo --report /no/such/folder/r.json",
        "demo --report /tmp",
        "bench",
        "bench nothing",
        "bench compare",
        "bench compare /etc/hostname",
        "bench compare /etc/hostname /no/such/file",
        "bench keep name",
        "bench keep Name /etc/hostname",
        "bench keep name /no/such/file",
        "bench vms --vms 0",
        "bench vms --runs 0",
        "bench density --runs 21",
        "bench density --vmis 0",
        "bench density --rate fast",
        "bench density --rate 0",
        "bench density --rate 10001",
        "bench density --nodes 501",
        "bench density --profile pom.xml",
        "bench density --profile target --kubeconfig pom.xml",
        "bench density --kubeconfig /no/such/file",
        "bench reaction --vmis 0",
        "bench reaction --nodes 0",
        "bench rest --seconds 0",
        "bench vms --stand-in-nodes 501",
        "bench disk --pairs 0",
        "bench admission --rate 1",
        "bench admission --rate 10001",
        "bench admission --seconds 0",
        "bench disk --seconds 61",
        "bench disk --cache fast",
        "bench disk --io native",
        "bench disk --report /tmp",
        "bench core --runs 0",
        "bench core --only nonsense",
        "bench stream --vmis 9",
        "bench stream --rate 100,10",
        "bench stream --rate 0",
        "bench stream --restore 200001",
        "bench stream --seconds 0",
        "bench real --vmis 0",
        "bench real --together 101",
        "bench pods --vmis 0",
        "bench pods --vmis 1001",
        "bench pods --together 0",
        "bench pods -o xml",
        "bench pods --report /no/such/folder/r.json",
        "console",
        "status -o xml",
        "images",
        "images build no-such-image",
        "images load --docker --containerd /run/x.sock"
      })
  void shouldEndWithTwoWhenNotUnderstood(String words) {
    String[] arguments = words.isEmpty() ? new String[0] : words.split(" ");

    assertThat(line().execute(arguments)).isEqualTo(2);
  }

  @Test
  void shouldSayWhatToDoAboutAControlPlaneInPodsWithoutAKubelet() {
    assertThat(line().execute("up", "--control-plane", "pods")).isEqualTo(2);

    assertThat(output.toString())
        .contains("--control-plane host with --runtime process", "or add --runtime kubelet");
  }

  @ParameterizedTest
  @CsvSource({"kubeconfig, kubelet, process", "network, process, kubelet"})
  void shouldNotStartOnAStateOfAnotherRuntime(
      String file, String runtime, String before, @TempDir Path state) throws Exception {
    Files.createFile(state.resolve(file));

    assertThat(line().execute("--state", state.toString(), "up", "--runtime", runtime))
        .isEqualTo(1);

    assertThat(output.toString())
        .startsWith("vireo: Expected " + state)
        .contains("is of one with --runtime " + before)
        .contains("vireo --state " + state + " down --purge");
    assertThat(state.resolve("logs")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "status",
        "events",
        "fence node1",
        "forget node1 --confirm",
        "console tiny",
        "kubectl get pods"
      })
  void shouldEndWithOneAndSayWhyWithoutAStack(String words) {
    String[] arguments = ("--state /tmp/vireo-no-such-stack " + words).split(" ");

    assertThat(line().execute(arguments)).isEqualTo(1);

    assertThat(output.toString())
        .startsWith("vireo: ")
        .contains("vireo --state /tmp/vireo-no-such-stack up --detach");
  }

  @Test
  void shouldSayThatNoStackRunsAfterItWasStopped(@TempDir Path state) throws Exception {
    Files.createFile(state.resolve("kubeconfig"));

    assertThat(line().execute("--state", state.toString(), "kubectl", "get", "vmi")).isEqualTo(1);

    assertThat(output.toString()).startsWith("vireo: no stack runs on " + state);
  }

  @Test
  void shouldNotRunASeparateDemoOnAStackThatIsNot(@TempDir Path state) throws Exception {
    long pid = ProcessHandle.current().pid();
    Files.writeString(state.resolve("lock"), pid + " " + ProcessStart.of(pid).orElseThrow());
    Files.writeString(
        state.resolve("stack.json"),
        """
        {"supervisorPid": 1, "supervisorStart": 1, "separate": false, "kafkaBootstrap": "",
         "registryUrl": "", "apiServerUrl": "", "nodes": [], "components": []}
        """);

    int status =
        line().execute("--state", state.toString(), "demo", "--separate", "--idle-seconds", "60");

    assertThat(status).isEqualTo(1);
    assertThat(output.toString()).contains("has its parts in one process");
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          '',                           true
          --help,                       true
          help get,                     true
          get pods -h,                  true
          get pods,                     false
          exec pod -- program --help,   false
          """)
  void shouldKnowWhenKubectlNeedsNoCluster(String words, boolean help) {
    List<String> given = words.isEmpty() ? List.of() : List.of(words.split(" "));

    assertThat(KubectlCommand.isHelp(given)).isEqualTo(help);
  }

  @Test
  void shouldTakeTheStateAfterTheCommandToo() {
    CommandLine.ParseResult parsed = line().parseArgs("status", "--state", "/tmp/x", "-o", "json");

    VireoMain root = (VireoMain) parsed.commandSpec().userObject();
    assertThat(root.place().state().root()).hasToString("/tmp/x");
  }

  @Test
  void shouldTellTheVersion() {
    assertThat(line().execute("--version")).isZero();

    assertThat(output.toString()).startsWith("vireo ");
  }
}
