package io.vireo.dev.nodeagent;

import java.util.List;
import java.util.Map;

/** {@code $(NAME)} in a container's command, arguments and variables. Pure. */
final class Expansion {

  private Expansion() {}

  /** Puts in known variables; leaves unknown ones as they are; {@code $$} is one dollar. */
  static String expand(String text, Map<String, String> variables) {
    StringBuilder result = new StringBuilder();
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c != '$' || at + 1 >= text.length()) {
        result.append(c);
        at++;
        continue;
      }
      char next = text.charAt(at + 1);
      int end = next == '(' ? text.indexOf(')', at + 2) : -1;
      if (next == '$') {
        result.append('$');
        at += 2;
      } else if (end > 0) {
        String name = text.substring(at + 2, end);
        String whole = text.substring(at, end + 1);
        result.append(variables.getOrDefault(name, whole));
        at = end + 1;
      } else {
        result.append(c);
        at++;
      }
    }
    return result.toString();
  }

  static List<String> expand(List<String> texts, Map<String, String> variables) {
    return texts.stream().map(text -> expand(text, variables)).toList();
  }
}
