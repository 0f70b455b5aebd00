package io.vireo.cluster.core;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is secret in a VMI, so that words of the API server that quote it go no further. */
final class InlineSecrets {

  private static final Set<String> FIELDS =
      Set.of("userdata", "userdatabase64", "networkdata", "networkdatabase64");

  /** Shorter lines are found in any text. */
  private static final int LINE_MIN = 4;

  private final Set<String> lines;

  private InlineSecrets(Set<String> lines) {
    this.lines = lines;
  }

  /** Those of an object. */
  static InlineSecrets in(@Nullable Object tree) {
    Set<String> lines = new HashSet<>();
    collect(tree, lines);
    return new InlineSecrets(lines);
  }

  private static void collect(@Nullable Object tree, Set<String> lines) {
    switch (tree) {
      case Map<?, ?> map ->
          map.forEach(
              (key, value) -> {
                if (value instanceof String text && isSecret(String.valueOf(key))) {
                  text.lines().map(String::strip).forEach(lines::add);
                } else {
                  collect(value, lines);
                }
              });
      case List<?> list -> list.forEach(each -> collect(each, lines));
      case null, default -> {}
    }
  }

  private static boolean isSecret(String key) {
    return FIELDS.contains(key.toLowerCase(Locale.ROOT)) || key.equals("kubevirt.io/ignitiondata");
  }

  /** The message, unless it quotes any of them. */
  String without(String message) {
    boolean quotes =
        lines.stream().anyMatch(line -> line.length() >= LINE_MIN && message.contains(line));
    return quotes ? "The words of the API server quote what is secret in the VMI" : message;
  }
}
