package io.vireo.dev.controlplane;

import java.util.List;

/** Where programs come from: what is released together and built from one Go module. */
enum Product {
  ETCD("etcd"),
  KUBERNETES("kubernetes"),
  CONTAINERD("containerd"),
  COREDNS("coredns"),
  KWOK("kwok");

  private static final String NO_SYMBOLS = "-s -w";

  private final String id;

  Product(String id) {
    this.id = id;
  }

  static Product of(String program) {
    return switch (program) {
      case "etcd" -> ETCD;
      case "coredns" -> COREDNS;
      case Binaries.KWOK -> KWOK;
      default -> Binaries.CONTAINERD_NAMES.contains(program) ? CONTAINERD : KUBERNETES;
    };
  }

  /** Its name in {@code binaries.properties} and of its folder with a Go module. */
  String id() {
    return id;
  }

  /** The word by which a program of this version says which it is. */
  String word(String version) {
    return this == COREDNS ? "CoreDNS-" + version : version;
  }

  /** What {@code go build} is told. Without their versions, servers say v0.0.0 or Unknown. */
  List<String> goArguments(String program, String version) {
    return switch (this) {
      case ETCD, COREDNS -> List.of("-ldflags", NO_SYMBOLS, ".");
      case KWOK ->
          List.of(
              "-ldflags",
              NO_SYMBOLS + " -X sigs.k8s.io/kwok/pkg/consts.Version=" + version,
              "sigs.k8s.io/kwok/cmd/kwok");
      case KUBERNETES ->
          List.of(
              "-ldflags",
              NO_SYMBOLS
                  + " -X k8s.io/component-base/version.gitVersion="
                  + version
                  + " -X k8s.io/client-go/pkg/version.gitVersion="
                  + version,
              "k8s.io/kubernetes/cmd/" + program);
      case CONTAINERD ->
          List.of(
              // Snapshotters that need C libraries.
              "-tags",
              "no_btrfs,no_zfs,no_devmapper",
              "-ldflags",
              NO_SYMBOLS + " -X github.com/containerd/containerd/v2/version.Version=" + version,
              "github.com/containerd/containerd/v2/cmd/" + program);
    };
  }
}
