package io.vireo.scheduler.core;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The part of a VMI's status that is about the inside of its guest. */
final class GuestStatus {

  /** Interface of every pod on the cluster's network. */
  private static final String POD_INTERFACE = "eth0";

  private GuestStatus() {}

  /** What the guest's agent says of its operating system; empty without an agent that does. */
  static Optional<Map<String, Object>> osInfo(Domain domain) {
    Domain.Agent agent = domain.agent();
    if (agent == null || !domain.isAlive()) {
      return Optional.empty();
    }
    Map<String, Object> info = new TreeMap<>();
    putText(info, "id", agent.osId());
    putText(info, "name", agent.osName());
    putText(info, "prettyName", agent.osPrettyName());
    putText(info, "version", agent.osVersion());
    putText(info, "versionId", agent.osVersionId());
    putText(info, "kernelRelease", agent.kernelRelease());
    putText(info, "kernelVersion", agent.kernelVersion());
    putText(info, "machine", agent.machine());
    return info.isEmpty() ? Optional.empty() : Optional.of(info);
  }

  private static void putText(Map<String, Object> map, String key, String text) {
    if (!text.isEmpty()) {
      map.put(key, text);
    }
  }

  /** The interfaces of the domain, and those that only the guest knows. */
  static List<Object> interfaces(Domain domain, Optional<Pod> pod) {
    List<Object> list = new ArrayList<>();
    for (Domain.Interface device : domain.interfaces()) {
      list.add(device.name().isEmpty() ? inGuestOnly(device) : onPodNetwork(device, pod));
    }
    return list;
  }

  /** The address that others reach it by is the pod's, whatever the guest says. */
  private static Map<String, Object> onPodNetwork(Domain.Interface device, Optional<Pod> pod) {
    Map<String, Object> item = new LinkedHashMap<>();
    item.put("name", device.name());
    item.put("mac", device.mac());
    pod.map(Pod::podIp).ifPresent(ip -> item.put("ipAddress", ip));
    pod.map(Pod::podIps)
        .filter(ips -> !ips.isEmpty())
        .ifPresent(ips -> item.put("ipAddresses", ips));
    item.put("infoSource", device.infoSource());
    if (device.interfaceName() != null) {
      item.put("interfaceName", device.interfaceName());
    }
    item.put("queueCount", device.queueCount());
    item.put("podInterfaceName", POD_INTERFACE);
    if (device.linkState() != null) {
      item.put("linkState", device.linkState());
    }
    return item;
  }

  private static Map<String, Object> inGuestOnly(Domain.Interface device) {
    Map<String, Object> item = new LinkedHashMap<>();
    putText(item, "mac", device.mac());
    if (device.interfaceName() != null) {
      item.put("interfaceName", device.interfaceName());
    }
    if (device.ip() != null) {
      item.put("ipAddress", device.ip());
      item.put("ipAddresses", device.ips());
    }
    item.put("infoSource", device.infoSource());
    return item;
  }
}
