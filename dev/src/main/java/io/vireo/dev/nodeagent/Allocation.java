package io.vireo.dev.nodeagent;

import io.vireo.kubelet.deviceplugin.ContainerAllocateResponse;
import io.vireo.kubelet.deviceplugin.DeviceSpec;
import io.vireo.kubelet.deviceplugin.Mount;
import java.util.List;
import java.util.Map;

/**
 * Devices that a container holds, and what their plugin wants for it. It stays the same as long as
 * the pod does, however often the container or the agent starts.
 *
 * @param container its name
 * @param resource the plugin's, such as {@code vendor.example/thing}
 * @param devices ids
 * @param environment variables to set
 * @param mounts to make
 * @param nodes devices to show
 */
record Allocation(
    String container,
    String resource,
    List<String> devices,
    Map<String, String> environment,
    List<HostMount> mounts,
    List<HostMount> nodes) {

  Allocation {
    devices = List.copyOf(devices);
    environment = Map.copyOf(environment);
    mounts = List.copyOf(mounts);
    nodes = List.copyOf(nodes);
  }

  /**
   * A path of the machine in the container.
   *
   * @param containerPath where it is seen
   * @param hostPath where it is
   * @param readOnly whether it can only be read
   */
  record HostMount(String containerPath, String hostPath, boolean readOnly) {

    private static HostMount of(Mount mount) {
      return new HostMount(mount.getContainerPath(), mount.getHostPath(), mount.getReadOnly());
    }

    private static HostMount of(DeviceSpec device) {
      return new HostMount(
          device.getContainerPath(), device.getHostPath(), !device.getPermissions().contains("w"));
    }
  }

  static Allocation of(
      String container, String resource, List<String> devices, ContainerAllocateResponse response) {
    return new Allocation(
        container,
        resource,
        devices,
        response.getEnvsMap(),
        response.getMountsList().stream().map(HostMount::of).toList(),
        response.getDevicesList().stream().map(HostMount::of).toList());
  }
}
