package io.vireo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The CustomResourceDefinitions that ship have the fields of KubeVirt's API, and no others. */
class KindFieldsTest {

  private static final Path DEFINITIONS = Path.of("../k8s/base/cluster/crds");

  private static final Map<String, Map<String, String[]>> TABLE = new HashMap<>();

  @BeforeAll
  static void readTable() throws IOException {
    try (var in = KindFieldsTest.class.getResourceAsStream("/kubevirt-fields.tsv")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      text.lines()
          .filter(line -> !line.startsWith("#") && !line.startsWith("type\t"))
          .map(line -> line.split("\t", -1))
          .forEach(
              row -> {
                Map<String, String[]> fields =
                    TABLE.computeIfAbsent(row[0], type -> new LinkedHashMap<>());
                if (!row[1].equals("-")) {
                  fields.put(row[1], row);
                }
              });
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "virtualmachineinstances",
        "virtualmachines",
        "virtualmachineinstancereplicasets",
        "virtualmachineinstancemigrations",
        "virtualmachineinstancepresets",
        "kubevirts"
      })
  void shouldHaveTheFieldsOfTheTable(String plural) throws IOException {
    CustomResourceDefinition definition =
        Serialization.unmarshal(
            Files.readString(DEFINITIONS.resolve(plural + ".yaml")),
            CustomResourceDefinition.class);
    String kind = definition.getSpec().getNames().getKind();
    List<String> wrong = new ArrayList<>();
    for (CustomResourceDefinitionVersion version : definition.getSpec().getVersions()) {
      compare(kind, "v1." + kind, version.getSchema().getOpenAPIV3Schema(), wrong);
    }

    assertThat(definition.getSpec().getVersions()).hasSize(2);
    assertThat(wrong).isEmpty();
  }

  private static void compare(
      String path, String type, JSONSchemaProps schema, List<String> wrong) {
    Map<String, String[]> wanted = TABLE.get(type);
    Map<String, JSONSchemaProps> found =
        schema.getProperties() == null ? Map.of() : new TreeMap<>(schema.getProperties());
    check(found.keySet().equals(wanted.keySet()), path + " has " + found.keySet(), wrong);
    List<String> required =
        wanted.values().stream().filter(row -> row[3].equals("required")).map(r -> r[1]).toList();
    check(
        new ArrayList<>(schema.getRequired()).equals(required),
        path + " requires " + schema.getRequired(),
        wrong);
    wanted.forEach(
        (name, row) -> {
          if (found.containsKey(name)) {
            compareField(path + "." + name, row, found.get(name), wrong);
          }
        });
  }

  private static void compareField(
      String path, String[] row, JSONSchemaProps schema, List<String> wrong) {
    check(
        schema.getDescription() != null || isOfEveryObject(path, row),
        path + " says nothing of itself",
        wrong);
    List<String> values = schema.getEnum().stream().map(each -> each.asText()).toList();
    check(String.join(",", values).equals(row[4]), path + " may be " + values, wrong);
    String standard = schema.getDefault() == null ? "" : schema.getDefault().asText();
    check(standard.equals(row[5]), path + " is by default " + standard, wrong);
    compareValue(path, row[2], schema, wrong);
  }

  /** Kubernetes has its own words for them. */
  private static boolean isOfEveryObject(String path, String[] row) {
    return path.chars().filter(c -> c == '.').count() == 1
        && List.of("apiVersion", "kind", "metadata").contains(row[1]);
  }

  private static void compareValue(
      String path, String type, JSONSchemaProps schema, List<String> wrong) {
    if (type.startsWith("list<")) {
      check("array".equals(schema.getType()), path + " is of type " + schema.getType(), wrong);
      compareValue(path + "[]", inside(type), schema.getItems().getSchema(), wrong);
    } else if (type.startsWith("map<")) {
      check("object".equals(schema.getType()), path + " is of type " + schema.getType(), wrong);
      compareValue(path + "{}", inside(type), schema.getAdditionalProperties().getSchema(), wrong);
    } else if (TABLE.containsKey(type)) {
      check("object".equals(schema.getType()), path + " is of type " + schema.getType(), wrong);
      compare(path, type, schema, wrong);
    } else {
      check(isValue(type, schema), path + " is " + schema.getType() + ", not " + type, wrong);
    }
  }

  private static boolean isValue(String type, JSONSchemaProps schema) {
    String name = type.substring(type.lastIndexOf('.') + 1);
    return switch (name) {
      case "Quantity" -> Boolean.TRUE.equals(schema.getXKubernetesIntOrString());
      case "Time", "Duration" -> "string".equals(schema.getType());
      case "string|null" ->
          "string".equals(schema.getType()) && Boolean.TRUE.equals(schema.getNullable());
      case "string", "boolean" -> name.equals(schema.getType());
      default ->
          type.startsWith("k8s.io.")
              ? "object".equals(schema.getType())
              : type.equals(schema.getType() + ":" + schema.getFormat());
    };
  }

  private static String inside(String type) {
    return type.substring(type.indexOf('<') + 1, type.length() - 1);
  }

  private static void check(boolean holds, String problem, List<String> wrong) {
    if (!holds) {
      wrong.add(problem);
    }
  }
}
