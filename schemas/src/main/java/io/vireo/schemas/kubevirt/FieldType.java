package io.vireo.schemas.kubevirt;

/** What a field holds. */
public sealed interface FieldType {

  /** A value that has no fields of its own here, such as {@code string} or a quantity. */
  record Scalar(String name) implements FieldType {}

  /** An object of a type of the catalogue. */
  record Reference(String type) implements FieldType {}

  /** A list of values. */
  record ListOf(FieldType element) implements FieldType {}

  /** A map from strings to values. */
  record MapOf(FieldType value) implements FieldType {}

  /**
   * Reads the notation of the table: {@code string}, {@code list<v1.Disk>}, {@code map<string>}.
   *
   * @param isType whether a name is that of a type of the catalogue
   */
  static FieldType parse(String text, java.util.function.Predicate<String> isType) {
    if (text.startsWith("list<") && text.endsWith(">")) {
      return new ListOf(parse(inside(text), isType));
    }
    if (text.startsWith("map<") && text.endsWith(">")) {
      return new MapOf(parse(inside(text), isType));
    }
    return isType.test(text) ? new Reference(text) : new Scalar(text);
  }

  private static String inside(String text) {
    return text.substring(text.indexOf('<') + 1, text.length() - 1);
  }
}
