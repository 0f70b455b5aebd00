package io.vireo.api.core;

import io.vireo.api.core.Violation.Cause;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;

/**
 * One thing that is wrong in a manifest.
 *
 * @param id in the list of KubeVirt's rules, {@code rules.tsv}; several rows can share it
 * @param select the values that it is about: keys from {@code spec} on, with {@code []} for each
 *     entry of a list; empty for {@code spec} itself
 * @param at where it is reported: keys from the value on; empty for the value itself
 * @param broken whether a value that is there breaks it
 * @param message what is wrong, for people
 */
record Rule(
    String id,
    String select,
    String at,
    Cause cause,
    BiPredicate<Node, Scope> broken,
    BiFunction<Node, Scope, String> message) {

  /** A value that is not valid; {@code {}} in the message stands for it. */
  static Rule invalid(String id, String select, BiPredicate<Node, Scope> broken, String message) {
    return new Rule(id, select, "", Cause.INVALID, broken, text(message));
  }

  /** A value that is not supported. */
  static Rule unsupported(
      String id, String select, BiPredicate<Node, Scope> broken, String message) {
    return new Rule(id, select, "", Cause.NOT_SUPPORTED, broken, text(message));
  }

  /** Something that a value lacks at these keys. */
  static Rule required(
      String id, String select, String at, BiPredicate<Node, Scope> broken, String message) {
    return new Rule(id, select, at, Cause.REQUIRED, broken, text(message));
  }

  /** A value that names something that is not there. */
  static Rule notFound(String id, String select, BiPredicate<Node, Scope> broken, String message) {
    return new Rule(id, select, "", Cause.NOT_FOUND, broken, text(message));
  }

  /** A value that is there a second time. */
  static Rule duplicate(String id, String select, BiPredicate<Node, Scope> broken, String message) {
    return new Rule(id, select, "", Cause.DUPLICATE, broken, text(message));
  }

  /** The same, reported at these keys of the value. */
  Rule at(String keys) {
    return new Rule(id, select, keys, cause, broken, message);
  }

  private static BiFunction<Node, Scope, String> text(String message) {
    return (node, scope) -> message.replace("{}", node.quoted());
  }

  /** Every breach of it. */
  List<Violation> check(Scope scope) {
    List<Violation> found = new ArrayList<>();
    for (Node node : select(scope.spec(), select)) {
      if (broken.test(node, scope)) {
        Node reported = at.isEmpty() ? node : node.get(at);
        String said =
            message.apply(at.isEmpty() ? node : reported.isThere() ? reported : node, scope);
        found.add(new Violation(cause, reported.path(), said));
      }
    }
    return found;
  }

  /** The values that are there. */
  static List<Node> select(Node top, String select) {
    List<Node> nodes = List.of(top);
    if (select.isEmpty()) {
      return nodes;
    }
    for (String step : select.split("\\.", -1)) {
      boolean each = step.endsWith("[]");
      String key = each ? step.substring(0, step.length() - 2) : step;
      List<Node> next = new ArrayList<>();
      for (Node node : nodes) {
        Node at = node.get(key);
        if (each) {
          at.items().stream().filter(Node::isThere).forEach(next::add);
        } else if (at.isThere()) {
          next.add(at);
        }
      }
      nodes = next;
    }
    return nodes;
  }
}
