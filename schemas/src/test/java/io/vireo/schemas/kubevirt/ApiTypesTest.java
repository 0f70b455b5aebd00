package io.vireo.schemas.kubevirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.vireo.schemas.kubevirt.ApiTypes.ApiField;
import java.io.IOException;
import java.io.StringReader;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ApiTypesTest {

  private static final String HEADING =
      "type\tfield\tfieldType\trequired\tenum\tdefault\tdescription\n";

  private static ApiTypes read(String rows) throws IOException {
    return ApiTypes.read(new StringReader(HEADING + rows));
  }

  @Test
  void shouldReadFieldsOfEveryShape() throws IOException {
    ApiTypes types =
        read(
            """
            v1.A\t\t\t\t\t\tAn a.
            v1.A\tname\tstring\trequired\tX,Y\tX\tIts name.
            v1.A\tparts\tlist<v1.B>\t\t\t\tIts parts.
            v1.A\tmore\tmap<list<integer:int32>>\t\t\t\tMore.
            v1.B\t\t\t\t\t\tA b.
            """);

    assertThat(types.get("v1.A").fields())
        .extracting(ApiField::type)
        .containsExactly(
            new FieldType.Scalar("string"),
            new FieldType.ListOf(new FieldType.Reference("v1.B")),
            new FieldType.MapOf(new FieldType.ListOf(new FieldType.Scalar("integer:int32"))));
    assertThat(types.get("v1.A").fields().getFirst().required()).isTrue();
    assertThat(types.get("v1.A").fields().getFirst().values()).containsExactly("X", "Y");
    assertThat(types.get("v1.A").fields().getFirst().standard()).contains("X");
    assertThat(new StructuralSchema(types).of("v1.A").get("required")).isEqualTo(List.of("name"));
    assertThat(types.get("v1.B").fields()).isEmpty();
  }

  @Test
  void shouldSayWhichRowIsWrong() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read("v1.A\tname\n"))
        .withMessageContaining("v1.A\tname");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read("v1.A\tname\tstring\t\t\t\tIts name.\n"))
        .withMessageContaining("v1.A itself");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new StructuralSchema(read("v1.A\t\t\t\t\t\tA.\nv1.A\tb\tv1.C\t\t\t\tB.\n"))
                    .of("v1.A"))
        .withMessageContaining("v1.C");
  }

  /** Text for people: a sentence each, and never another one's. */
  @Test
  void shouldExplainEveryTypeAndField() {
    ApiTypes types = ApiTypes.load();
    Set<String> seen = new HashSet<>();
    for (Kind kind : Kind.ALL) {
      explained(types, "v1." + kind.name(), seen);
    }

    assertThat(seen).hasSizeGreaterThan(250);
  }

  private static void explained(ApiTypes types, String name, Set<String> seen) {
    if (!seen.add(name)) {
      return;
    }
    assertThat(types.get(name).description()).as(name).matches("[A-Z0-9].{10,180}\\.");
    for (ApiField field : types.get(name).fields()) {
      assertThat(field.description()).as(name + "." + field.name()).matches("[A-Z0-9].{10,180}\\.");
      FieldType type = field.type();
      while (!(type instanceof FieldType.Scalar || type instanceof FieldType.Reference)) {
        type =
            type instanceof FieldType.ListOf list
                ? list.element()
                : ((FieldType.MapOf) type).value();
      }
      if (type instanceof FieldType.Reference reference) {
        explained(types, reference.type(), seen);
      }
    }
  }

  /** kubectl keeps what it applied in an annotation, which may not be larger. */
  @Test
  void shouldStaySmallEnoughForKubectlApply() {
    for (Map.Entry<String, String> file : CustomResourceFiles.files().entrySet()) {
      int json = file.getValue().lines().mapToInt(line -> line.strip().length() + 4).sum();
      assertThat(json).as(file.getKey()).isLessThan(262_144);
    }
  }
}
