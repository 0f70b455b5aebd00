package io.vireo.dev.kubelet;

import java.util.List;
import java.util.stream.Collectors;

/** What the programs of one node are told. */
final class NodeSettings {

  static final String CONTAINERD_SOCKET = "/run/containerd/containerd.sock";

  private NodeSettings() {}

  /**
   * containerd's.
   *
   * @param sandboxImage holds a pod's namespaces
   */
  static String containerd(String sandboxImage) {
    return """
    version = 3
    root = "/var/lib/containerd"
    state = "/run/containerd"
    disabled_plugins = ["io.containerd.nri.v1.nri", "io.containerd.internal.v1.opt"]

    [grpc]
      address = "%1$s"
    [ttrpc]
      address = "%1$s.ttrpc"

    [plugins.'io.containerd.cri.v1.images']
      snapshotter = "overlayfs"
    [plugins.'io.containerd.cri.v1.images'.pinned_images]
      sandbox = "%2$s"

    [plugins.'io.containerd.cri.v1.runtime']
      # Without the right to lower it (CAP_SYS_RESOURCE) no sandbox would start.
      restrict_oom_score_adj = true
      # Devices of a device plugin belong to the user that the container runs as.
      device_ownership_from_security_context = true
      enable_unprivileged_ports = true
    [plugins.'io.containerd.cri.v1.runtime'.cni]
      bin_dirs = ["/opt/cni/bin", "/usr/lib/cni"]
      conf_dir = "/etc/cni/net.d"
    [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
    [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
      SystemdCgroup = false
    """
        .formatted(CONTAINERD_SOCKET, sandboxImage);
  }

  /**
   * The pods' network. It leaves the source of a packet as it is: node.sh translates those that
   * leave the network of all pods, whereas this plugin would those to the pods of other nodes too.
   *
   * @param podRanges the node's part of it, of each family
   */
  static String cni(List<String> podRanges) {
    return """
    {
      "cniVersion": "1.0.0",
      "name": "vireo",
      "plugins": [
        {
          "type": "bridge",
          "bridge": "pods0",
          "isGateway": true,
          "hairpinMode": true,
          "ipam": {
            "type": "host-local",
            "ranges": [%s],
            "routes": [%s],
            "dataDir": "/var/lib/cni/networks"
          }
        },
        {"type": "portmap", "capabilities": {"portMappings": true}}
      ]
    }
    """
        .formatted(
            podRanges.stream()
                .map("[{\"subnet\": \"%s\"}]"::formatted)
                .collect(Collectors.joining(", ")),
            podRanges.stream()
                .map(range -> range.contains(":") ? "::/0" : "0.0.0.0/0")
                .map("{\"dst\": \"%s\"}"::formatted)
                .collect(Collectors.joining(", ")));
  }

  /**
   * The kubelet's.
   *
   * @param cgroup the node's own
   */
  static String kubelet(String nodeAddress, String cgroup) {
    return """
    apiVersion: kubelet.config.k8s.io/v1beta1
    kind: KubeletConfiguration
    containerRuntimeEndpoint: unix://%1$s
    cgroupDriver: cgroupfs
    cgroupRoot: %3$s
    failCgroupV1: false
    failSwapOn: false
    authentication:
      anonymous: {enabled: false}
      webhook: {enabled: true}
      x509: {clientCAFile: /etc/kubernetes/ca.crt}
    authorization: {mode: Webhook}
    tlsCertFile: /etc/kubernetes/kubelet.crt
    tlsPrivateKeyFile: /etc/kubernetes/kubelet.key
    address: %2$s
    healthzBindAddress: 127.0.0.1
    volumePluginDir: /var/lib/kubelet/volume-plugins
    resolvConf: /etc/resolv.conf
    clusterDomain: cluster.local
    clusterDNS: ["%2$s"]
    maxPods: 250
    serializeImagePulls: false
    eventRecordQPS: 0
    # Or it takes up to ten seconds until the node shows or loses what a device plugin offers.
    nodeStatusUpdateFrequency: 1s
    # Images were built here: what is deleted cannot be pulled again.
    imageGCHighThresholdPercent: 100
    imageMinimumGCAge: 8760h
    evictionHard:
      memory.available: 100Mi
      nodefs.available: 1%%
      nodefs.inodesFree: 1%%
      imagefs.available: 1%%
    """
        .formatted(CONTAINERD_SOCKET, nodeAddress, cgroup);
  }

  /** kube-proxy's: Services as rules of the node's own firewall. */
  static String kubeProxy(String name, String nodeAddress) {
    return """
    apiVersion: kubeproxy.config.k8s.io/v1alpha1
    kind: KubeProxyConfiguration
    mode: nftables
    hostnameOverride: %1$s
    bindAddress: %2$s
    healthzBindAddress: 127.0.0.1:10256
    metricsBindAddress: 127.0.0.1:10249
    clusterCIDR: 10.244.0.0/16
    clientConnection: {kubeconfig: /etc/kubernetes/kube-proxy.kubeconfig}
    # These are settings of the whole kernel, which the node shares with this machine.
    conntrack: {maxPerCore: 0, min: 0, tcpEstablishedTimeout: 0s, tcpCloseWaitTimeout: 0s}
    """
        .formatted(name, nodeAddress);
  }

  /**
   * CoreDNS': names of Services and of pods with a host name, and else what the machine knows. It
   * answers on the node's address, which is what its pods are told.
   */
  static String coreDns(String nodeAddress) {
    return """
    .:53 {
      bind %s
      errors
      ready 127.0.0.1:8181
      kubernetes cluster.local in-addr.arpa ip6.arpa {
        kubeconfig /etc/kubernetes/coredns.kubeconfig
        fallthrough in-addr.arpa ip6.arpa
        ttl 5
      }
      forward . /etc/resolv.conf
      cache 30 {
        disable success cluster.local
        disable denial cluster.local
      }
      loadbalance
    }
    """
        .formatted(nodeAddress);
  }
}
