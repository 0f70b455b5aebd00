package io.vireo.launcher.process;

import java.nio.file.Path;

/** Where everything is in the pod. */
public record PodPaths(
    Path privateDir,
    Path ephemeralDisks,
    Path containerDisks,
    Path cloudInit,
    Path claims,
    Path files,
    Path devices,
    Path consoleLogDir,
    Path device,
    Path capabilities) {

  /** The pod as the scheduler renders it. */
  public static PodPaths inPod() {
    return new PodPaths(
        Path.of("/var/run/kubevirt-private"),
        Path.of("/var/run/kubevirt-ephemeral-disks"),
        Path.of("/var/run/kubevirt/container-disks"),
        Path.of("/var/run/kubevirt/cloud-init"),
        Path.of("/var/run/kubevirt/claims"),
        Path.of("/var/run/kubevirt/files"),
        Path.of("/dev"),
        Path.of("/var/run/kubevirt-console-log"),
        Path.of("/run/vireo"),
        Path.of("/run/vireo-capabilities"));
  }

  Path libvirtSocket() {
    return privateDir.resolve("libvirt/libvirt-sock");
  }

  /** Where libvirt keeps a pid file for each running domain. */
  Path qemuRunDir() {
    return privateDir.resolve("libvirt/qemu/run");
  }

  Path serialSocket(String uid) {
    return privateDir.resolve(uid).resolve("virt-serial0");
  }

  Path vncSocket(String uid) {
    return privateDir.resolve(uid).resolve("virt-vnc");
  }

  /** What QEMU appends the serial console to, where that is wanted. */
  public Path consoleLog() {
    return consoleLogDir.resolve("virt-serial0-log");
  }

  String libvirtUri() {
    return "qemu+unix:///session?socket=" + libvirtSocket();
  }
}
