package io.vireo.spec;

import java.util.List;
import java.util.regex.Pattern;

/** Whether a text is an IP address, without a zone and without asking anybody. */
final class IpAddress {

  private static final Pattern BYTE = Pattern.compile("0|[1-9][0-9]{0,2}");
  private static final Pattern GROUP = Pattern.compile("[0-9a-fA-F]{1,4}");
  private static final int GROUPS = 8;
  private static final int TEXT_MAX = 45;

  private IpAddress() {}

  static boolean is(String text) {
    return text.length() <= TEXT_MAX && (text.indexOf(':') >= 0 ? isV6(text) : isV4(text));
  }

  private static boolean isV4(String text) {
    String[] parts = text.split("\\.", -1);
    return parts.length == 4
        && List.of(parts).stream()
            .allMatch(part -> BYTE.matcher(part).matches() && Integer.parseInt(part) <= 255);
  }

  private static boolean isV6(String text) {
    int gap = text.indexOf("::");
    if (gap < 0) {
      return groups(text) == GROUPS;
    }
    int before = gap == 0 ? 0 : groups(text.substring(0, gap));
    String rest = text.substring(gap + 2);
    int after = rest.isEmpty() ? 0 : groups(rest);
    // The gap stands for one group at least; an IPv4 address can only be at the end.
    return before >= 0
        && after >= 0
        && before + after < GROUPS
        && text.substring(0, gap).indexOf('.') < 0;
  }

  /** How many groups of 16 bits these are; negative if they are none. */
  private static int groups(String text) {
    String[] parts = text.split(":", -1);
    int count = 0;
    for (int i = 0; i < parts.length; i++) {
      if (GROUP.matcher(parts[i]).matches()) {
        count++;
      } else if (i == parts.length - 1 && isV4(parts[i])) {
        count += 2;
      } else {
        return -1;
      }
    }
    return count;
  }
}
