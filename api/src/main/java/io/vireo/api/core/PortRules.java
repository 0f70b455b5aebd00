package io.vireo.api.core;

import static io.vireo.api.core.Rule.duplicate;
import static io.vireo.api.core.Rule.invalid;
import static io.vireo.api.core.Rule.required;

import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Rules about ports of an interface, and what DHCP tells its guest. */
final class PortRules {

  private static final String NICS = "domain.devices.interfaces[]";
  private static final String PORTS = NICS + ".ports[]";
  private static final String RANGES = NICS + ".portRanges";
  private static final String OPTIONS = NICS + ".dhcpOptions.privateOptions[]";
  private static final int PORT_MAX = 65535;
  private static final int RANGES_MAX = 10;
  private static final int OPTION_FIRST = 224;
  private static final int OPTION_LAST = 254;
  private static final Pattern PORT_NAME =
      Pattern.compile("(?=.{1,15}$)(?=.*[a-z])(?!.*--)[a-z0-9]([a-z0-9-]*[a-z0-9])?");
  private static final Pattern IPV4 =
      Pattern.compile("((25[0-5]|2[0-4][0-9]|1?[0-9]{1,2})(\\.(?!$)|$)){4}");

  static final List<Rule> ALL =
      List.of(
          required(
              "108",
              PORTS,
              "port",
              (port, scope) -> !port.has("port"),
              "the port field is mandatory"),
          invalid(
              "108",
              PORTS + ".port",
              (port, scope) -> port.isNumberOutside(1, PORT_MAX),
              "{}: the port must be in range 0 < x < 65536"),
          invalid(
              "108",
              PORTS + ".protocol",
              (protocol, scope) -> protocol.isTextBut("TCP", "UDP"),
              "{}: unknown protocol, only TCP or UDP allowed"),
          invalid(
              "108",
              PORTS + ".name",
              (name, scope) -> name.isText() && !PORT_NAME.matcher(name.text()).matches(),
              "{} is an invalid name of a port; it must be like http"),
          duplicate(
              "108",
              PORTS + ".name",
              PortRules::isNameTaken,
              "{} is already the name of another port of the interface"),
          MachineRules.gate("109", RANGES, FeatureGates.PORT_RANGES),
          invalid(
                  "109",
                  NICS,
                  (nic, scope) -> nic.has("portRanges") && nic.has("ports"),
                  "must not be given together with ports")
              .at("portRanges"),
          invalid(
                  "109",
                  NICS,
                  (nic, scope) -> nic.has("portRanges") && !nic.has("masquerade"),
                  "are supported with masquerade only")
              .at("portRanges"),
          invalid(
              "109",
              RANGES,
              (ranges, scope) -> ranges.items().size() > RANGES_MAX,
              "must not be more than 10"),
          invalid(
              "109",
              RANGES + "[]",
              (range, scope) ->
                  range.get("start").isNumberOutside(1, PORT_MAX)
                      || range.get("end").isNumberOutside(1, PORT_MAX)
                      || range
                          .get("start")
                          .isNumberOutside(1, range.get("end").number().orElse(PORT_MAX)),
              "must have 0 < start <= end < 65536"),
          invalid("109", RANGES + "[]", PortRules::overlaps, "must not overlap with another range"),
          invalid(
              "110",
              OPTIONS + ".option",
              (option, scope) -> option.isNumberOutside(OPTION_FIRST, OPTION_LAST),
              "{}: provided DHCPPrivateOptions are out of range, must be in range 224 to 254"),
          duplicate(
              "110",
              OPTIONS + ".option",
              PortRules::isOptionTaken,
              "{}: found duplicates of DHCPPrivateOptions"),
          invalid(
              "110",
              NICS + ".dhcpOptions.ntpServers[]",
              (server, scope) -> server.isText() && !IPV4.matcher(server.text()).matches(),
              "{}: NTP servers must be a list of valid IPv4 addresses"));

  private PortRules() {}

  private static Node interfaceOf(Node part, Scope scope) {
    return scope.devices().items("interfaces").stream()
        .filter(nic -> part.path().startsWith(nic.path() + "."))
        .findFirst()
        .orElse(new Node("", null));
  }

  private static boolean isNameTaken(Node name, Scope scope) {
    List<Node> ports = interfaceOf(name, scope).items("ports");
    return ports.stream()
        .filter(port -> name.path().equals(port.path() + ".name"))
        .anyMatch(port -> Scope.isRepeated(port, ports, "name"));
  }

  private static boolean isOptionTaken(Node option, Scope scope) {
    for (Node other : interfaceOf(option, scope).items("dhcpOptions.privateOptions")) {
      if (option.path().equals(other.path() + ".option")) {
        return false;
      }
      if (option.number().isPresent() && option.number().equals(other.get("option").number())) {
        return true;
      }
    }
    return false;
  }

  private static boolean overlaps(Node range, Scope scope) {
    List<Node> ranges = interfaceOf(range, scope).items("portRanges");
    if (ranges.size() > RANGES_MAX) {
      return false;
    }
    for (Node other : ranges) {
      if (other.path().equals(range.path())) {
        return false;
      }
      OptionalLong start = range.get("start").number();
      OptionalLong end = range.get("end").number();
      if (start.isPresent()
          && end.isPresent()
          && start.getAsLong() <= other.get("end").number().orElse(0)
          && other.get("start").number().orElse(PORT_MAX + 1) <= end.getAsLong()) {
        return true;
      }
    }
    return false;
  }
}
