package io.vireo.dev.controlplane;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command lines of the four parts: without root, one of each; all but one on loopback. */
final class ControlPlaneFlags {

  /**
   * A unix socket of this name in the working folder, which etcd and the API server share: on a
   * loopback port every local user could read every Secret.
   */
  private static final String ETCD_URL = "unix://localhost:2379";

  private static final String PEER_URL = "unix://localhost:2380";
  private static final String LOOPBACK = "127.0.0.1";
  private static final String SERVICE_RANGE = "10.96.0.0/16";

  private final Path programs;
  private final Pki pki;
  private final Path folder;

  ControlPlaneFlags(Path programs, Pki pki, Path folder) {
    this.programs = programs;
    this.pki = pki;
    this.folder = folder;
  }

  List<String> etcd() {
    return command(
        "etcd",
        "--name=dev",
        "--data-dir=" + folder.resolve("etcd"),
        // Survives a crash of etcd, though not one of the machine: right for development.
        "--unsafe-no-fsync",
        "--log-level=warn",
        "--listen-client-urls=" + ETCD_URL,
        "--advertise-client-urls=" + ETCD_URL,
        "--listen-peer-urls=" + PEER_URL,
        "--initial-advertise-peer-urls=" + PEER_URL,
        "--initial-cluster=dev=" + PEER_URL,
        "--auto-compaction-mode=periodic",
        "--auto-compaction-retention=10m",
        "--quota-backend-bytes=2147483648");
  }

  List<String> apiServer(String host, int port, Path auditPolicy, Path auditLog) {
    return command(
        "kube-apiserver",
        "--etcd-servers=" + ETCD_URL,
        "--bind-address=" + host,
        "--advertise-address=" + host,
        // The API refuses loopback in the endpoints of the Service kubernetes.
        "--endpoint-reconciler-type=" + (host.equals(LOOPBACK) ? "none" : "lease"),
        "--secure-port=" + port,
        "--client-ca-file=" + pki.file("ca.crt"),
        "--tls-cert-file=" + pki.file("apiserver.crt"),
        "--tls-private-key-file=" + pki.file("apiserver.key"),
        "--service-account-issuer=https://kubernetes.default.svc",
        "--service-account-key-file=" + pki.file("sa.pub"),
        "--service-account-signing-key-file=" + pki.file("sa.key"),
        "--service-cluster-ip-range=" + SERVICE_RANGE,
        "--authorization-mode=Node,RBAC",
        "--enable-admission-plugins=NodeRestriction",
        "--requestheader-client-ca-file=" + pki.file("front-proxy-ca.crt"),
        "--requestheader-allowed-names=front-proxy-client",
        "--requestheader-username-headers=X-Remote-User",
        "--requestheader-group-headers=X-Remote-Group",
        "--requestheader-extra-headers-prefix=X-Remote-Extra-",
        "--proxy-client-cert-file=" + pki.file("front-proxy-client.crt"),
        "--proxy-client-key-file=" + pki.file("front-proxy-client.key"),
        "--enable-aggregator-routing=false",
        "--kubelet-client-certificate=" + pki.file("apiserver-kubelet-client.crt"),
        "--kubelet-client-key=" + pki.file("apiserver-kubelet-client.key"),
        "--kubelet-preferred-address-types=InternalIP,Hostname",
        "--profiling=false",
        "--audit-policy-file=" + auditPolicy,
        "--audit-log-path=" + auditLog,
        "--audit-log-maxsize=50",
        "--audit-log-maxbackup=2");
  }

  List<String> controllerManager(int port, Path kubeconfig) {
    List<String> command = new ArrayList<>(client("kube-controller-manager", port, kubeconfig));
    command.addAll(
        List.of(
            "--use-service-account-credentials=true",
            "--service-account-private-key-file=" + pki.file("sa.key"),
            "--root-ca-file=" + pki.file("ca.crt"),
            "--cluster-signing-cert-file=" + pki.file("ca.crt"),
            "--cluster-signing-key-file=" + pki.file("ca.key"),
            "--requestheader-client-ca-file=" + pki.file("front-proxy-ca.crt"),
            "--allocate-node-cidrs=true",
            "--cluster-cidr=" + ControlPlane.POD_NETWORK,
            "--service-cluster-ip-range=" + SERVICE_RANGE,
            // Its default is a folder of root's.
            "--flex-volume-plugin-dir=" + folder.resolve("flexvolume"),
            // With the defaults the first ServiceAccount takes five seconds longer.
            "--kube-api-qps=300",
            "--kube-api-burst=600"));
    return List.copyOf(command);
  }

  List<String> scheduler(int port, Path kubeconfig) {
    return client("kube-scheduler", port, kubeconfig);
  }

  private List<String> client(String program, int port, Path kubeconfig) {
    return command(
        program,
        "--kubeconfig=" + kubeconfig,
        "--authentication-kubeconfig=" + kubeconfig,
        "--authorization-kubeconfig=" + kubeconfig,
        "--bind-address=" + LOOPBACK,
        "--secure-port=" + port,
        "--tls-cert-file=" + pki.file("loopback.crt"),
        "--tls-private-key-file=" + pki.file("loopback.key"),
        "--leader-elect=false",
        "--profiling=false");
  }

  private List<String> command(String program, String... flags) {
    List<String> command = new ArrayList<>();
    command.add(programs.resolve(program).toString());
    command.addAll(List.of(flags));
    return List.copyOf(command);
  }
}
