package io.vireo.e2e;

/** VMIs to apply. */
final class Manifests {

  private Manifests() {}

  /** A claim of the default class. */
  static String claim(String name, String size) {
    return """
    apiVersion: v1
    kind: PersistentVolumeClaim
    metadata:
      name: %s
    spec:
      accessModes: [ReadWriteOnce]
      resources: {requests: {storage: %s}}
    """
        .formatted(name, size);
  }

  /** The smallest VMI with a guest in it. */
  static String tiny(String name) {
    return tiny(name, "", "", "");
  }

  /**
   * The same with more.
   *
   * @param spec lines below {@code spec}, indented by two
   * @param disks further disks, as lines of YAML indented by six
   * @param volumes their volumes, indented by two
   */
  static String tiny(String name, String spec, String disks, String volumes) {
    return """
    apiVersion: kubevirt.io/v1
    kind: VirtualMachineInstance
    metadata:
      name: %s
      labels: {app: %s}
    spec:
      terminationGracePeriodSeconds: 20
    %s
      domain:
        cpu: {cores: 1}
        memory: {guest: 128Mi}
        devices:
          disks:
          - {name: root, disk: {bus: virtio}}
    %s
          interfaces:
          - {name: default, masquerade: {}}
      networks:
      - {name: default, pod: {}}
      volumes:
      - name: root
        containerDisk: {image: "localhost/vireo/tiny:1"}
    %s
    """
        .formatted(name, name, spec, disks, volumes);
  }
}
