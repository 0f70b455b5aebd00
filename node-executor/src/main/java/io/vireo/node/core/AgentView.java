package io.vireo.node.core;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What the agent in a guest says. It is the guest's claim, so lists and texts are cut to what an
 * honest guest may need, and texts have printable characters only.
 *
 * @param interfaces without the loopback
 */
public record AgentView(Os os, List<Nic> interfaces) {

  /** Interfaces that are kept. */
  public static final int INTERFACES_MAX = 64;

  /** Addresses of one interface that are kept. */
  public static final int ADDRESSES_MAX = 32;

  /** Longest text; a longer one ends with an ellipsis. */
  public static final int TEXT_MAX = 256;

  /** Of an agent that is there and says nothing. */
  public static final AgentView SILENT =
      new AgentView(new Os("", "", "", "", "", "", "", ""), List.of());

  private static final Pattern MAC = Pattern.compile("([0-9a-f]{2}:){5}[0-9a-f]{2}");

  public AgentView {
    interfaces = interfaces.stream().filter(Nic::isNews).limit(INTERFACES_MAX).toList();
  }

  /** The guest's operating system; a text is empty if it is not said. */
  public record Os(
      String id,
      String name,
      String prettyName,
      String version,
      String versionId,
      String kernelRelease,
      String kernelVersion,
      String machine) {

    public Os {
      id = printable(id);
      name = printable(name);
      prettyName = printable(prettyName);
      version = printable(version);
      versionId = printable(versionId);
      kernelRelease = printable(kernelRelease);
      kernelVersion = printable(kernelVersion);
      machine = printable(machine);
    }
  }

  /**
   * An interface as the guest has it.
   *
   * @param name in the guest
   * @param mac empty if it has none, or what it has is no address
   * @param ips without what is no address
   */
  public record Nic(String name, String mac, List<String> ips) {

    public Nic {
      name = printable(name);
      String written = mac.toLowerCase(Locale.ROOT);
      mac = MAC.matcher(written).matches() ? written : "";
      ips =
          ips.stream()
              .map(ip -> ip.toLowerCase(Locale.ROOT))
              .filter(ip -> IpText.isAddress(ip) && !IpText.isLoopback(ip))
              .distinct()
              .limit(ADDRESSES_MAX)
              .toList();
    }

    private boolean isNews() {
      return !name.equals("lo")
          && !mac.equals("00:00:00:00:00:00")
          && !(name.isEmpty() && mac.isEmpty());
    }
  }

  private static String printable(String text) {
    StringBuilder printed = new StringBuilder();
    text.codePoints()
        .limit(TEXT_MAX)
        .map(c -> isPrintable(c) ? c : '?')
        .forEach(printed::appendCodePoint);
    if (text.codePointCount(0, text.length()) > TEXT_MAX) {
      printed.setLength(printed.offsetByCodePoints(printed.length(), -1));
      printed.append('…');
    }
    return printed.toString().strip();
  }

  private static boolean isPrintable(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.PRIVATE_USE,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
