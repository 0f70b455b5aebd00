package io.vireo.node.kubelet;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** A device of the machine that any number of pods may share, under KubeVirt's names. */
public enum HostDevice {
  /** Hardware virtualisation. */
  KVM("devices.kubevirt.io/kvm", "kvm"),
  /** Network interfaces whose other end is a process. */
  TUN("devices.kubevirt.io/tun", "net/tun"),
  /** The kernel's own end of a guest's network card. */
  VHOST_NET("devices.kubevirt.io/vhost-net", "vhost-net");

  private static final String DEV = "/dev/";

  private final String resource;
  private final String name;

  HostDevice(String resource, String name) {
    this.resource = resource;
    this.name = name;
  }

  /**
   * The devices that this machine has. That one exists does not say that it works.
   *
   * @param devDir the machine's {@code /dev}, which a container may have elsewhere
   */
  public static List<HostDevice> of(Path devDir) {
    return Arrays.stream(values())
        .filter(device -> Files.exists(devDir.resolve(device.name)))
        .toList();
  }

  /** The resource that a pod asks for. */
  String resource() {
    return resource;
  }

  /** Where it is on the machine, and in the container that gets it. */
  String path() {
    return DEV + name;
  }

  /** Name of the plugin's socket. */
  String socket() {
    return "vireo-" + resource.substring(resource.indexOf('/') + 1) + ".sock";
  }
}
