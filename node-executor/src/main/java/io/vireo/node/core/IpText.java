package io.vireo.node.core;

import java.util.regex.Pattern;

/** IP addresses as text, in lower case. */
final class IpText {

  private static final int GROUPS = 8;
  private static final int LENGTH_MAX = 45;
  private static final String BYTE = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
  private static final Pattern V4 = Pattern.compile(BYTE + "(\\." + BYTE + "){3}");
  private static final Pattern GROUP = Pattern.compile("[0-9a-f]{1,4}");

  private IpText() {}

  /** Whether this is an address of either kind, without a zone and without a prefix length. */
  static boolean isAddress(String text) {
    if (text.length() > LENGTH_MAX) {
      return false;
    }
    if (V4.matcher(text).matches()) {
      return true;
    }
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

  /** How many groups of 16 bits there are; negative if there is something else. */
  private static int groups(String text) {
    String[] parts = text.split(":", -1);
    int count = 0;
    for (int i = 0; i < parts.length; i++) {
      boolean last = i == parts.length - 1;
      if (GROUP.matcher(parts[i]).matches()) {
        count++;
      } else if (last && V4.matcher(parts[i]).matches()) {
        count += 2;
      } else {
        return Integer.MIN_VALUE;
      }
    }
    return count;
  }

  static boolean isLoopback(String text) {
    return text.startsWith("127.") || text.equals("::1");
  }
}
