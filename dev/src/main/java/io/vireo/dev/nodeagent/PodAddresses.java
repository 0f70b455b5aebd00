package io.vireo.dev.nodeagent;

import java.util.HashMap;
import java.util.Map;

/** Addresses of the pods of one node: 127.64.&lt;node&gt;.1 to .254, all of them the loopback's. */
final class PodAddresses {

  private static final int LAST = 254;

  private final Map<String, String> byUid = new HashMap<>();
  private int subnet;

  synchronized void setSubnet(int number) {
    if (number < 0 || number > 255) {
      throw new IllegalArgumentException("Expected a subnet 0 to 255, but got " + number);
    }
    subnet = number;
  }

  /** The pod's address; the same as before when it has one. */
  synchronized String assign(String uid) {
    String had = byUid.get(uid);
    if (had != null) {
      return had;
    }
    for (int host = 1; host <= LAST; host++) {
      String address = "127.64." + subnet + "." + host;
      if (!byUid.containsValue(address)) {
        byUid.put(uid, address);
        return address;
      }
    }
    throw new IllegalStateException("Expected a free address in 127.64." + subnet + ".0/24");
  }

  /** Notes an address given by an earlier agent. */
  synchronized void restore(String uid, String address) {
    if (!address.isEmpty()) {
      byUid.put(uid, address);
    }
  }

  synchronized void free(String uid) {
    byUid.remove(uid);
  }
}
