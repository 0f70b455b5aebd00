package io.vireo.podnet;

import io.vireo.network.Descriptor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Makes a tap device by a descriptor of {@code /dev/net/tun} that somebody in the namespace has
 * opened: the device belongs where the descriptor does.
 */
final class TapDevice {

  private static final long TUNSETIFF = 0x400454caL;
  private static final long TUNSETPERSIST = 0x400454cbL;
  private static final long TUNSETOWNER = 0x400454ccL;
  private static final long TUNSETGROUP = 0x400454ceL;
  private static final int IFF_TAP = 0x0002;
  private static final int IFF_MULTI_QUEUE = 0x0100;
  private static final int IFF_NO_PI = 0x1000;
  private static final int IFF_VNET_HDR = 0x4000;
  private static final int REQUEST_BYTES = 40;
  private static final int NAME_BYTES = 16;

  private TapDevice() {}

  /** Makes it; it stays when the descriptor is closed. */
  static void make(Descriptor tun, String name, int owner, int queues) throws IOException {
    int flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR | (queues > 1 ? IFF_MULTI_QUEUE : 0);
    byte[] request =
        ByteBuffer.allocate(REQUEST_BYTES)
            .order(ByteOrder.nativeOrder())
            .put(name.getBytes(StandardCharsets.US_ASCII))
            .putShort(NAME_BYTES, (short) flags)
            .array();
    tun.ioctl(TUNSETIFF, request);
    tun.ioctl(TUNSETOWNER, owner);
    tun.ioctl(TUNSETGROUP, owner);
    tun.ioctl(TUNSETPERSIST, 1);
  }
}
