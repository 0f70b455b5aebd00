package io.vireo.network;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * What a guest is to be told of its network, once it is set up.
 *
 * @param v4 its IPv4 address and that of its network
 * @param v6 the same for IPv6
 * @param routes beside the default one
 * @param options that the user wants besides
 */
public record GuestNetwork(
    MacAddress mac,
    int mtu,
    Optional<Side> v4,
    Optional<Side> v6,
    List<Route> routes,
    Options options) {

  private static final int MTU_MIN = 68;
  private static final int MTU_MAX = 65535;
  private static final int ROUTES_MAX = 32;

  /** Checks the bounds. */
  public GuestNetwork {
    routes = List.copyOf(routes);
    if (routes.size() > ROUTES_MAX) {
      throw new IllegalArgumentException("Expected at most " + ROUTES_MAX + " routes");
    }
  }

  /**
   * One family.
   *
   * @param guest the guest's address
   * @param server who answers its questions: this pod's own address towards the guest
   * @param gateway where everything else goes
   */
  public record Side(Subnet guest, InetAddress server, Optional<InetAddress> gateway) {}

  /** A route of IPv4 by a gateway, or on the link when that is 0.0.0.0. */
  public record Route(Subnet destination, InetAddress gateway) {

    static Route parse(String text) {
      int at = text.indexOf('>');
      if (at < 0) {
        throw new IllegalArgumentException("Expected a route like 10.1.0.0/16>10.0.0.1");
      }
      return new Route(
          Subnet.parse(text.substring(0, at)), InetAddress.ofLiteral(text.substring(at + 1)));
    }

    @Override
    public String toString() {
      return destination + ">" + gateway.getHostAddress();
    }
  }

  /**
   * What the user's {@code dhcpOptions} say.
   *
   * @param extra of the private range, as number and text
   */
  public record Options(
      Optional<String> bootFile,
      Optional<String> tftpServer,
      List<String> ntpServers,
      List<Extra> extra) {

    /** No options. */
    public static final Options NONE =
        new Options(Optional.empty(), Optional.empty(), List.of(), List.of());

    public Options {
      ntpServers = List.copyOf(ntpServers);
      extra = List.copyOf(extra);
    }
  }

  /** An option by its number. */
  public record Extra(int number, String value) {}

  /** The same with the user's options. */
  public GuestNetwork with(Options wanted) {
    return new GuestNetwork(mac, mtu, v4, v6, routes, wanted);
  }

  /** As a message. */
  public byte[] encode() {
    Fields fields = new Fields().put("mac", mac.text()).put("mtu", Integer.toString(mtu));
    v4.ifPresent(side -> put(fields, "v4", side));
    v6.ifPresent(side -> put(fields, "v6", side));
    fields.put("routes", routes.stream().map(Route::toString).toList());
    fields.put("boot-file", options.bootFile());
    fields.put("tftp-server", options.tftpServer());
    fields.put("ntp-servers", options.ntpServers());
    for (Extra option : options.extra()) {
      fields.put("option-" + option.number(), option.value());
    }
    return fields.encode();
  }

  private static void put(Fields fields, String family, Side side) {
    fields
        .put(family + "-guest", side.guest().toString())
        .put(family + "-server", side.server().getHostAddress())
        .put(family + "-gateway", side.gateway().map(InetAddress::getHostAddress));
  }

  /**
   * Reads a message.
   *
   * @throws IllegalArgumentException naming what is wrong
   */
  public static GuestNetwork decode(byte[] bytes) {
    Fields fields = Fields.decode(bytes);
    return new GuestNetwork(
        new MacAddress(fields.required("mac")),
        fields.number("mtu", MTU_MIN, MTU_MAX),
        side(fields, "v4"),
        side(fields, "v6"),
        fields.list("routes").stream().map(Route::parse).toList(),
        new Options(
            fields.text("boot-file"),
            fields.text("tftp-server"),
            fields.list("ntp-servers"),
            extra(fields)));
  }

  private static Optional<Side> side(Fields fields, String family) {
    return fields
        .text(family + "-guest")
        .map(
            guest ->
                new Side(
                    Subnet.parse(guest),
                    InetAddress.ofLiteral(fields.required(family + "-server")),
                    fields.text(family + "-gateway").map(InetAddress::ofLiteral)));
  }

  private static List<Extra> extra(Fields fields) {
    List<Extra> extra = new java.util.ArrayList<>();
    for (int number = 1; number < 255; number++) {
      int option = number;
      fields.text("option-" + number).ifPresent(value -> extra.add(new Extra(option, value)));
    }
    return extra;
  }
}
