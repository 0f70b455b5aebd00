package io.vireo.schemas.kubevirt;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The catalogue of API types. Immutable. */
public final class ApiTypes {

  private static final String RESOURCE = "kubevirt/types.tsv";
  private static final List<String> COLUMNS =
      List.of("type", "field", "fieldType", "required", "enum", "default", "description");

  private final Map<String, ApiType> types;

  private ApiTypes(Map<String, ApiType> types) {
    this.types = Collections.unmodifiableMap(types);
  }

  /**
   * An object.
   *
   * @param description one sentence
   * @param fields in the order of the source; empty where the type has none, as a feature that is
   *     on by being there
   */
  public record ApiType(String name, String description, List<ApiField> fields) {
    public ApiType {
      fields = List.copyOf(fields);
    }
  }

  /**
   * A field of an object.
   *
   * @param values the only ones it may have; empty for any
   * @param standard its value where none is given, as written in the source
   * @param description one or two sentences
   */
  public record ApiField(
      String name,
      FieldType type,
      boolean required,
      List<String> values,
      Optional<String> standard,
      String description) {
    public ApiField {
      values = List.copyOf(values);
    }
  }

  /** The catalogue that Vireo serves. */
  public static ApiTypes load() {
    try (InputStream in = ApiTypes.class.getClassLoader().getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("Expected resource " + RESOURCE + ", but it is missing");
      }
      return read(new InputStreamReader(in, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("Expected to read resource " + RESOURCE, e);
    }
  }

  /**
   * Reads a table with a heading and a row for each type, without a field, and each of its fields.
   *
   * @throws IllegalArgumentException naming the row that is not understood
   */
  static ApiTypes read(Reader source) throws IOException {
    List<String[]> rows = new ArrayList<>();
    BufferedReader lines = new BufferedReader(source);
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String[] row = line.split("\t", -1);
      if (row.length != COLUMNS.size()) {
        throw new IllegalArgumentException(
            "Expected " + COLUMNS.size() + " columns, but found " + row.length + ": " + line);
      }
      rows.add(row);
    }
    if (rows.isEmpty() || !List.of(rows.getFirst()).equals(COLUMNS)) {
      throw new IllegalArgumentException("Expected the columns " + COLUMNS);
    }
    Map<String, String> descriptions = new LinkedHashMap<>();
    Map<String, List<ApiField>> fields = new LinkedHashMap<>();
    for (String[] row : rows.subList(1, rows.size())) {
      if (row[1].isEmpty()) {
        descriptions.put(row[0], row[6]);
        fields.put(row[0], new ArrayList<>());
      }
    }
    for (String[] row : rows.subList(1, rows.size())) {
      List<ApiField> ofType = fields.get(row[0]);
      if (ofType == null) {
        throw new IllegalArgumentException("Expected a row of the type " + row[0] + " itself");
      }
      if (!row[1].isEmpty()) {
        ofType.add(field(row, fields::containsKey));
      }
    }
    Map<String, ApiType> types = new LinkedHashMap<>();
    fields.forEach(
        (name, each) ->
            types.put(name, new ApiType(name, descriptions.getOrDefault(name, ""), each)));
    return new ApiTypes(types);
  }

  private static ApiField field(String[] row, java.util.function.Predicate<String> isType) {
    return new ApiField(
        row[1],
        FieldType.parse(row[2], isType),
        row[3].equals("required"),
        row[4].isEmpty() ? List.of() : List.of(row[4].split(",", -1)),
        row[5].isEmpty() ? Optional.empty() : Optional.of(row[5]),
        row[6]);
  }

  /**
   * A type by its name in the source, such as {@code v1.DomainSpec}.
   *
   * @throws IllegalArgumentException if there is none
   */
  public ApiType get(String name) {
    ApiType type = types.get(name);
    if (type == null) {
      throw new IllegalArgumentException("Expected an API type, but got " + name);
    }
    return type;
  }
}
