package io.vireo.podnet;

import io.vireo.network.Descriptor;
import io.vireo.network.SocketAddresses;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The sockets that a launcher answers its guest by. Each is bound to the bridge, so nothing else
 * can be reached with it. To be called by a thread in the namespace.
 */
final class GuestSockets {

  private static final int SOCK_DGRAM = 2;
  private static final int SOCK_RAW = 3;
  private static final int IPPROTO_ICMPV6 = 58;
  private static final int IPPROTO_IPV6 = 41;
  private static final int SOL_SOCKET = 1;
  private static final int SO_BROADCAST = 6;
  private static final int SO_BINDTODEVICE = 25;
  private static final int IPV6_UNICAST_HOPS = 16;
  private static final int IPV6_MULTICAST_IF = 17;
  private static final int IPV6_MULTICAST_HOPS = 18;
  private static final int IPV6_ADD_MEMBERSHIP = 20;
  private static final int ICMPV6_FILTER = 1;
  private static final int ICMPV6_FILTER_BYTES = 32;
  private static final int ROUTER_SOLICITATION = 133;
  private static final int HOPS = 255;
  private static final int DHCP_PORT = 67;
  private static final int DHCP6_PORT = 547;
  private static final long SIOCGIFINDEX = 0x8933;
  private static final int REQUEST_BYTES = 40;
  private static final int NAME_BYTES = 16;

  private interface Setting {
    void of(Descriptor socket) throws IOException;
  }

  private GuestSockets() {}

  /** Where DHCP clients ask. */
  static Descriptor dhcp(String device) throws IOException {
    return open(
        SocketAddresses.AF_INET,
        SOCK_DGRAM,
        0,
        device,
        socket -> {
          socket.option(SOL_SOCKET, SO_BROADCAST, 1);
          socket.bind(SocketAddresses.of(InetAddress.ofLiteral("0.0.0.0"), DHCP_PORT));
        });
  }

  /** Where hosts ask for routers; it hears nothing else. */
  static Descriptor routerAdvertisements(String device) throws IOException {
    return open(
        SocketAddresses.AF_INET6,
        SOCK_RAW,
        IPPROTO_ICMPV6,
        device,
        socket -> {
          byte[] blocked = new byte[ICMPV6_FILTER_BYTES];
          Arrays.fill(blocked, (byte) 0xff);
          ByteBuffer filter = ByteBuffer.wrap(blocked).order(ByteOrder.nativeOrder());
          int word = ROUTER_SOLICITATION / Integer.SIZE * Integer.BYTES;
          filter.putInt(word, ~(1 << ROUTER_SOLICITATION % Integer.SIZE));
          socket.option(IPPROTO_ICMPV6, ICMPV6_FILTER, blocked);
          socket.option(IPPROTO_IPV6, IPV6_UNICAST_HOPS, HOPS);
          socket.option(IPPROTO_IPV6, IPV6_MULTICAST_HOPS, HOPS);
          multicast(socket, device, "ff02::2");
        });
  }

  /** Where DHCPv6 clients ask. */
  static Descriptor dhcp6(String device) throws IOException {
    return open(
        SocketAddresses.AF_INET6,
        SOCK_DGRAM,
        0,
        device,
        socket -> {
          multicast(socket, device, "ff02::1:2");
          socket.bind(SocketAddresses.of(InetAddress.ofLiteral("::"), DHCP6_PORT));
        });
  }

  private static Descriptor open(int family, int type, int protocol, String device, Setting setting)
      throws IOException {
    Descriptor socket = Descriptor.socket(family, type, protocol);
    try {
      socket.option(SOL_SOCKET, SO_BINDTODEVICE, device.getBytes(StandardCharsets.US_ASCII));
      setting.of(socket);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private static void multicast(Descriptor socket, String device, String group) throws IOException {
    int index = index(socket, device);
    socket.option(IPPROTO_IPV6, IPV6_MULTICAST_IF, index);
    byte[] membership =
        ByteBuffer.allocate(20)
            .order(ByteOrder.nativeOrder())
            .put(InetAddress.ofLiteral(group).getAddress())
            .putInt(index)
            .array();
    socket.option(IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, membership);
  }

  private static int index(Descriptor socket, String device) throws IOException {
    byte[] request = new byte[REQUEST_BYTES];
    byte[] name = device.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(name, 0, request, 0, name.length);
    socket.ioctl(SIOCGIFINDEX, request);
    return ByteBuffer.wrap(request).order(ByteOrder.nativeOrder()).getInt(NAME_BYTES);
  }
}
