package io.vireo.podnet.core;

import io.vireo.network.MacAddress;
import io.vireo.network.Subnet;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a network namespace holds, as {@code ip -oneline} tells it. */
public record NamespaceView(List<Link> links, List<Address> addresses, List<Route> routes) {

  /** What is asked, for {@code ip -oneline -batch}. */
  public static final String QUESTIONS = "link show\naddress show\nroute show table all\n";

  private static final Pattern LINK =
      Pattern.compile("\\d+: ([^:@\\s]{1,15})(?:@\\S+)?: <[^>]*> (.*)");
  private static final Pattern ADDRESS =
      Pattern.compile("\\d+: (\\S{1,15})\\s+inet6? (\\S+) (?:peer \\S+ )?.*?scope (\\S+).*");
  private static final Pattern ROUTE =
      Pattern.compile(
          "(default|[0-9a-f.:]+(?:/\\d+)?)(?: via ([0-9a-f.:]+))? dev (\\S{1,15})((?: .*)?)");
  private static final Pattern MTU = Pattern.compile("\\bmtu (\\d{1,5})\\b");
  private static final Pattern MAC = Pattern.compile("\\blink/ether ([0-9a-f:]{17})\\b");
  private static final Pattern ALIAS = Pattern.compile("\\balias (.*?)\\s*$");

  /** Copies the lists. */
  public NamespaceView {
    links = List.copyOf(links);
    addresses = List.copyOf(addresses);
    routes = List.copyOf(routes);
  }

  /** An interface. */
  public record Link(String name, Optional<MacAddress> mac, int mtu, Optional<String> alias) {}

  /** An address of an interface. */
  public record Address(String link, Subnet subnet, String scope) {
    boolean isGlobal(boolean v4) {
      return scope.equals("global") && subnet.address() instanceof Inet4Address == v4;
    }
  }

  /** A route of the main table. */
  public record Route(Subnet destination, Optional<InetAddress> gateway, String link) {
    boolean isOf(String name, boolean v4) {
      return link.equals(name) && destination.address() instanceof Inet4Address == v4;
    }
  }

  /** Reads what {@code ip} printed; lines of another form are none of the three. */
  public static NamespaceView parse(String output) {
    List<Link> links = new ArrayList<>();
    List<Address> addresses = new ArrayList<>();
    List<Route> routes = new ArrayList<>();
    for (String line : output.split("\n", -1)) {
      Matcher link = LINK.matcher(line);
      Matcher address = ADDRESS.matcher(line);
      Matcher route = ROUTE.matcher(line);
      if (link.matches()) {
        links.add(link(link.group(1), link.group(2)));
      } else if (address.matches()) {
        addresses.add(
            new Address(address.group(1), Subnet.parse(full(address.group(2))), address.group(3)));
      } else if (route.matches() && !route.group(4).contains(" table ")) {
        routes.add(route(route.group(1), route.group(2), route.group(3), route.group(4)));
      }
    }
    return new NamespaceView(links, addresses, routes);
  }

  private static Link link(String name, String rest) {
    Matcher mtu = MTU.matcher(rest);
    Matcher mac = MAC.matcher(rest);
    Matcher alias = ALIAS.matcher(rest);
    return new Link(
        name,
        mac.find() ? Optional.of(new MacAddress(mac.group(1))) : Optional.empty(),
        mtu.find() ? Integer.parseInt(mtu.group(1)) : 0,
        alias.find() ? Optional.of(alias.group(1)) : Optional.empty());
  }

  private static Route route(
      String destination, @Nullable String gateway, String link, String rest) {
    // The word stands for both families; a preference is of IPv6 alone.
    boolean v6 = rest.contains(" pref ") || (gateway != null && gateway.contains(":"));
    return new Route(
        Subnet.parse(
            destination.equals("default") ? (v6 ? "::/0" : "0.0.0.0/0") : full(destination)),
        Optional.ofNullable(gateway).map(InetAddress::ofLiteral),
        link);
  }

  private static String full(String text) {
    return text.contains("/") ? text : text + (text.contains(":") ? "/128" : "/32");
  }

  /** The interface of this name. */
  public Optional<Link> link(String name) {
    return links.stream().filter(link -> link.name().equals(name)).findFirst();
  }

  boolean has(String name) {
    return link(name).isPresent();
  }

  /** The first address of an interface that others outside of the link can know. */
  Optional<Subnet> global(String link, boolean v4) {
    return addresses.stream()
        .filter(address -> address.link().equals(link) && address.isGlobal(v4))
        .map(Address::subnet)
        .findFirst();
  }
}
