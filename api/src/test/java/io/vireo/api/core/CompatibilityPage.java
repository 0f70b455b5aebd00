package io.vireo.api.core;

import io.vireo.schemas.kubevirt.ApiTypes;
import io.vireo.schemas.kubevirt.FieldType;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Writes {@code docs/compatibility.md} from what readers and rules say of each field. */
final class CompatibilityPage {

  private static final String HEADING =
      """
      # Compatibility

      What Vireo does of `kubevirt.io/v1`. A test writes this page: it sets each field, and asks those who
      would refuse it. So what is missing here is refused by its path when an object is applied, and is never
      ignored. Ranks: A core, B expected by ordinary users, C advanced.

      """;

  private final Support support = new Support();
  private final StringBuilder page = new StringBuilder(HEADING);

  /**
   * A feature.
   *
   * @param fields that decide whether it is there
   * @param since version that has it first; empty for none
   */
  record Feature(String section, String name, String rank, List<String> fields, String since) {}

  static String write() {
    CompatibilityPage page = new CompatibilityPage();
    page.features();
    page.fields();
    page.owners();
    page.configuration();
    return page.page.toString();
  }

  private void features() {
    page.append("## Features\n");
    Map<String, List<Feature>> sections = new LinkedHashMap<>();
    for (Feature feature : readFeatures()) {
      sections.computeIfAbsent(feature.section(), s -> new ArrayList<>()).add(feature);
    }
    List<String> wrong = new ArrayList<>();
    sections.forEach(
        (section, features) -> {
          page.append("\n### ").append(section).append("\n\n");
          page.append("| Feature | Rank | Vireo | Since |\n|---|---|---|---|\n");
          for (Feature feature : features) {
            String is = is(feature);
            if (is.equals(Support.NO) != feature.since().isEmpty()) {
              wrong.add(feature.name() + ": " + is);
            }
            page.append(
                "| %s | %s | %s | %s |\n"
                    .formatted(
                        feature.name(),
                        feature.rank(),
                        is,
                        feature.since().isEmpty() ? "–" : feature.since()));
          }
        });
    if (!wrong.isEmpty()) {
      throw new AssertionError(
          "Expected a version for what is there and none for what is not, but it is not so for "
              + wrong);
    }
  }

  private String is(Feature feature) {
    List<String> answers = feature.fields().stream().map(this::answer).toList();
    long no = answers.stream().filter(answer -> answer.equals(Support.NO)).count();
    if (no == answers.size()) {
      return Support.NO;
    }
    if (no > 0) {
      return "in part";
    }
    return answers.stream().allMatch(answers.getFirst()::equals) ? answers.getFirst() : "yes";
  }

  /** Where only the value that means off is taken, the feature is not there. */
  private String answer(String field) {
    if (field.startsWith("VirtualMachine")) {
      String[] parts = field.split("[ =]", -1);
      String value = parts.length > 2 ? parts[2] : "";
      return OwnerProbe.isRefused(parts[0], parts[1], value) ? Support.NO : "yes";
    }
    String[] parts = field.split("=", -1);
    String answer =
        Objects.requireNonNull(
            support.leaves().get(parts[0]), () -> "Expected a field of a VMI, but got " + field);
    if (parts.length > 1) {
      boolean taken = answer.equals("yes") || answer.contains("`" + parts[1] + "`");
      return taken ? "yes" : Support.NO;
    }
    return answer.equals("only `false`") ? Support.NO : answer;
  }

  static List<Feature> readFeatures() {
    List<Feature> features = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(
                    CompatibilityPage.class.getResourceAsStream("/compatibility/features.tsv")),
                StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] cells = line.split("\t", -1);
        if (!line.startsWith("#")) {
          features.add(
              new Feature(cells[0], cells[1], cells[2], List.of(cells[3].split(", ")), cells[4]));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return features;
  }

  private void fields() {
    page.append("\n## Fields of a VirtualMachineInstance\n\n");
    page.append(
        "From `spec` on; those of a template are the same. An object that is refused as a whole");
    page.append(" has one row.\n\n| Field | Vireo |\n|---|---|\n");
    support.leaves().keySet().stream()
        .map(this::row)
        .distinct()
        .forEach(
            path ->
                page.append(
                    "| `%s` | %s |\n"
                        .formatted(
                            path.substring("spec.".length()),
                            support.leaves().getOrDefault(path, Support.NO))));
  }

  /** The outermost object around a field of which nothing is honoured, or the field itself. */
  private String row(String path) {
    for (int end = path.indexOf('.', "spec.".length()); end > 0; end = path.indexOf('.', end + 1)) {
      String outer = path.substring(0, end);
      boolean none =
          support.leaves().entrySet().stream()
              .filter(leaf -> leaf.getKey().startsWith(outer + "."))
              .allMatch(leaf -> leaf.getValue().equals(Support.NO));
      if (none) {
        return outer;
      }
    }
    return path;
  }

  private void owners() {
    for (String kind : List.of(Mutation.VM, Mutation.REPLICA_SET)) {
      page.append("\n## Fields of a ").append(kind).append("\n\n| Field | Vireo |\n|---|---|\n");
      for (ApiTypes.ApiField field : ApiTypes.load().get("v1." + kind + "Spec").fields()) {
        page.append(
            "| `%s` | %s |\n"
                .formatted(field.name(), OwnerProbe.ask(kind, "spec." + field.name())));
      }
    }
  }

  private void configuration() {
    page.append(
        """

        ## Configuration of the cluster

        Of `spec` of the KubeVirt object these are acted upon. Of any other that is set the object's condition says
        that it has no effect.

        """);
    Map<String, Boolean> acted = new TreeMap<>();
    collect("spec", new FieldType.Reference("v1.KubeVirtSpec"), acted);
    acted.forEach(
        (path, isActed) -> {
          if (isActed) {
            page.append("- `").append(path).append("`\n");
          }
        });
  }

  private static void collect(String path, FieldType type, Map<String, Boolean> acted) {
    ApiTypes types = ApiTypes.load();
    if (type instanceof FieldType.Reference reference
        && !reference.type().startsWith("k8s.")
        && path.split("\\.").length < 6) {
      types
          .get(reference.type())
          .fields()
          .forEach(field -> collect(path + "." + field.name(), field.type(), acted));
      return;
    }
    Map<String, Object> object = new LinkedHashMap<>();
    Manifests.set(object, "", Map.of(path, "x"));
    ConfigurationReader.Result result =
        ConfigurationReader.read(
            Trees.asObject((Map<?, ?>) Objects.requireNonNull(object.get("spec"))),
            ClusterConfiguration.DEFAULTS);
    boolean hasNoEffect =
        result instanceof ConfigurationReader.Result.Valid valid
            && valid.withoutEffect().stream()
                .anyMatch(told -> path.equals(told) || path.startsWith(told + "."));
    acted.put(path, !hasNoEffect);
  }
}
