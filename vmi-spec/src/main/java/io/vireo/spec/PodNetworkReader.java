package io.vireo.spec;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Reads what an interface wants of its pod's network: ports, the guest's own network, DHCP. */
final class PodNetworkReader {

  private static final int PORTS_MAX = 128;
  private static final int PORT_MAX = 65535;
  private static final int NTP_MAX = 8;
  private static final int OPTIONS_MAX = 31;
  private static final int OPTION_FIRST = 224;
  private static final int OPTION_LAST = 254;
  private static final int OPTION_LENGTH_MAX = 255;
  private static final Pattern PORT_NAME =
      Pattern.compile("(?=.*[a-z])[a-z0-9]([a-z0-9-]*[a-z0-9])?");
  private static final int PORT_NAME_MAX = 15;
  private static final Pattern PREFIX = Pattern.compile("[0-9]{1,3}");
  private static final Pattern LINE = Pattern.compile("\\P{Cntrl}*");
  private static final String NEEDS_POD_NETWORK =
      "pods that are plain processes have no network of their own; use --runtime kubelet";

  private final boolean possible;

  PodNetworkReader(boolean possible) {
    this.possible = possible;
  }

  /**
   * Reads it; empty where QEMU's user network stands in, where whatever it cannot do is refused.
   */
  Optional<VmiSpec.PodNetwork> read(FieldReader item, Optional<FieldReader> pod, String binding) {
    if (!possible) {
      item.refuse("ports", Problem.Kind.NOT_SUPPORTED, "a list of ports: " + NEEDS_POD_NETWORK);
      item.refuse("dhcpOptions", Problem.Kind.NOT_SUPPORTED, "DHCP options: " + NEEDS_POD_NETWORK);
      return Optional.empty();
    }
    Optional<String> network4 = pod.flatMap(p -> cidr(p, "vmNetworkCIDR", true, 30));
    Optional<String> network6 = pod.flatMap(p -> cidr(p, "vmIPv6NetworkCIDR", false, 126));
    List<String> ports = ports(item);
    if (binding.equals("bridge") && !ports.isEmpty()) {
      item.problems()
          .add(
              Problem.Kind.NOT_SUPPORTED,
              item.path("ports"),
              "with bridge the guest has the pod's address itself; a NetworkPolicy can close ports");
    }
    return Optional.of(new VmiSpec.PodNetwork(network4, network6, ports, dhcp(item)));
  }

  private static Optional<String> cidr(FieldReader pod, String key, boolean v4, int prefixMax) {
    Optional<String> text = pod.text(key);
    if (text.isEmpty()) {
      return text;
    }
    int slash = text.get().indexOf('/');
    String address = slash < 0 ? "" : text.get().substring(0, slash);
    String prefix = slash < 0 ? "" : text.get().substring(slash + 1);
    boolean isAddress = IpAddress.is(address) && address.contains(":") != v4;
    boolean isPrefix =
        PREFIX.matcher(prefix).matches()
            && Integer.parseInt(prefix) >= 8
            && Integer.parseInt(prefix) <= prefixMax;
    if (!isAddress || !isPrefix) {
      pod.problems()
          .invalid(
              pod.path(key),
              "expected a network like %s with a prefix of 8 to %d, but got %s"
                  .formatted(
                      v4 ? "10.0.2.0/24" : "fd10:0:2::/120",
                      prefixMax,
                      Problems.quote(text.get())));
      return Optional.empty();
    }
    return text;
  }

  private static List<String> ports(FieldReader item) {
    List<String> ports = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (FieldReader port : item.objects("ports", PORTS_MAX)) {
      if (!port.has("port")) {
        port.problems().required(port.path("port"), "must be set");
      }
      String protocol = port.oneOf("protocol", "TCP", "UDP").orElse("TCP").toLowerCase(Locale.ROOT);
      port.number("port", 1, PORT_MAX).ifPresent(number -> ports.add(protocol + "/" + number));
      Optional<String> name = port.text("name");
      if (name.isPresent()) {
        boolean valid =
            name.get().length() <= PORT_NAME_MAX
                && PORT_NAME.matcher(name.get()).matches()
                && !name.get().contains("--");
        if (!valid) {
          port.problems()
              .invalid(
                  port.path("name"),
                  Problems.quote(name.get()) + " is no name of a port, such as http");
        } else if (!names.add(name.get())) {
          port.problems().invalid(port.path("name"), Problems.quote(name.get()) + " is used twice");
        }
      }
    }
    return ports;
  }

  private static VmiSpec.DhcpOptions dhcp(FieldReader item) {
    FieldReader options = item.objectOrEmpty("dhcpOptions");
    Map<Integer, String> extra = new TreeMap<>();
    for (FieldReader option : options.objects("privateOptions", OPTIONS_MAX)) {
      if (!option.has("option")) {
        option.problems().required(option.path("option"), "must be set");
      }
      String value = line(option, "value").orElse("");
      option
          .number("option", OPTION_FIRST, OPTION_LAST)
          .ifPresent(
              number -> {
                if (extra.put((int) number, value) != null) {
                  option.problems().invalid(option.path("option"), number + " is there twice");
                }
              });
    }
    return new VmiSpec.DhcpOptions(
        line(options, "bootFileName"), line(options, "tftpServerName"), ntpServers(options), extra);
  }

  private static List<String> ntpServers(FieldReader options) {
    List<String> servers = options.texts("ntpServers", NTP_MAX);
    for (String server : servers) {
      if (!IpAddress.is(server) || server.contains(":")) {
        options
            .problems()
            .invalid(options.path("ntpServers"), Problems.quote(server) + " is no IPv4 address");
        return List.of();
      }
    }
    return servers;
  }

  private static Optional<String> line(FieldReader reader, String key) {
    Optional<String> text = reader.text(key);
    if (text.isPresent()
        && (text.get().length() > OPTION_LENGTH_MAX || !LINE.matcher(text.get()).matches())) {
      reader
          .problems()
          .invalid(
              reader.path(key), "must be one line of at most " + OPTION_LENGTH_MAX + " characters");
      return Optional.empty();
    }
    return text;
  }
}
