package io.vireo.dev.nodeagent;

import java.nio.file.Path;
import java.util.Collection;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Words of a POSIX shell. */
final class Shell {

  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private Shell() {}

  /** One word with exactly this value, whatever it contains. */
  static String quote(String value) {
    if (value.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("Expected a value without a zero byte");
    }
    return "'" + value.replace("'", "'\\''") + "'";
  }

  static String quote(Path value) {
    return quote(value.toString());
  }

  static String words(Collection<String> values) {
    return values.stream().map(Shell::quote).collect(Collectors.joining(" "));
  }

  /** Whether a shell can have a variable of this name; Kubernetes allows more. */
  static boolean isVariable(String name) {
    return NAME.matcher(name).matches();
  }
}
