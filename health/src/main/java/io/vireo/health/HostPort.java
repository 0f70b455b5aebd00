package io.vireo.health;

/** A listening address. */
record HostPort(String host, int port) {

  static HostPort parse(String address) {
    int colon = address.lastIndexOf(':');
    if (colon <= 0) {
      throw new IllegalArgumentException("Expected host:port, but got '" + address + "'");
    }
    try {
      int port = Integer.parseInt(address.substring(colon + 1));
      if (port < 0 || port > 65535) {
        throw new NumberFormatException(address);
      }
      return new HostPort(address.substring(0, colon), port);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "Expected a port from 0 to 65535 after the colon, but got '" + address + "'", e);
    }
  }
}
