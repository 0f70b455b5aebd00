package io.vireo.cli.bench;

/** What a virtual machine passes on its way up, in order, and who says when. */
enum Step {
  POD_CREATED("pod created", "watch"),
  BOUND("pod bound to a node", "watch"),
  SANDBOX("sandbox started", "kernel: start of the pod's first process"),
  CONTAINER("container started", "kernel: start of the container's first process"),
  LAUNCHER("launcher runs", "launcher's log: its first line"),
  DIALLED_IN("launcher dialled in", "node-executor's log"),
  LIBVIRTD("disks ready, libvirtd answers", "launcher's log"),
  QEMU("QEMU runs", "launcher's log"),
  DOMAIN("domain running", "vireo.domain.observed.v1: observedAt"),
  RUNNING("phase Running", "watch");

  private final String title;
  private final String source;

  Step(String title, String source) {
    this.title = title;
    this.source = source;
  }

  String title() {
    return title;
  }

  /** Whose clock and word it is. */
  String source() {
    return source;
  }
}
