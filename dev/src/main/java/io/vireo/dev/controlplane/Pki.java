package io.vireo.dev.controlplane;

import io.vireo.dev.process.PrivateFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * The certificates of one cluster, kept in a folder private to this user and made once.
 * Thread-safe.
 */
public final class Pki {

  private static final List<String> SERVER_NAMES =
      List.of(
          "localhost",
          "kubernetes",
          "kubernetes.default",
          "kubernetes.default.svc",
          "kubernetes.default.svc.cluster.local");
  private static final String LOOPBACK = "127.0.0.1";

  /** Cluster address of the Service kubernetes, by which pods reach the API server. */
  public static final String SERVICE_ADDRESS = "10.96.0.1";

  private final Path folder;
  private final String server;

  private Pki(Path folder, String server) {
    this.folder = folder;
    this.server = server;
  }

  /**
   * Opens the folder and makes what is missing.
   *
   * @param server URL of the API server, for kubeconfigs
   */
  public static Pki open(Path folder, String server) throws IOException {
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Pki pki = new Pki(folder, server);
    pki.make();
    return pki;
  }

  private synchronized void make() throws IOException {
    authority("ca", "dev-ca");
    // Another authority than the clients', or every client could pose as the aggregator.
    authority("front-proxy-ca", "dev-front-proxy-ca");
    if (!has("apiserver")) {
      issue(
          "apiserver",
          "ca",
          Certificates.Request.server(
              "kube-apiserver",
              SERVER_NAMES,
              Stream.of(LOOPBACK, SERVICE_ADDRESS, URI.create(server).getHost())
                  .distinct()
                  .toList()));
    }
    client("admin", "ca", "admin", List.of("system:masters"));
    client("kcm", "ca", "system:kube-controller-manager", List.of());
    client("scheduler", "ca", "system:kube-scheduler", List.of());
    client(
        "apiserver-kubelet-client",
        "ca",
        "kube-apiserver-kubelet-client",
        List.of("system:masters"));
    client("front-proxy-client", "front-proxy-ca", "front-proxy-client", List.of());
    if (Files.notExists(folder.resolve("sa.pub"))) {
      KeyPair pair = Certificates.keyPair();
      write("sa.key", Certificates.privatePem(pair));
      write("sa.pub", Certificates.publicPem(pair));
    }
  }

  private void authority(String name, String commonName) throws IOException {
    if (!has(name)) {
      KeyPair pair = Certificates.keyPair();
      write(name + ".key", Certificates.privatePem(pair));
      write(name + ".crt", Certificates.authorityPem(pair, commonName));
    }
  }

  private void client(String name, String authority, String commonName, List<String> organizations)
      throws IOException {
    if (!has(name)) {
      issue(name, authority, Certificates.Request.client(commonName, organizations));
    }
  }

  private void issue(String name, String authority, Certificates.Request request)
      throws IOException {
    KeyPair pair = Certificates.keyPair();
    write(name + ".key", Certificates.privatePem(pair));
    write(
        name + ".crt",
        Certificates.issuedPem(pair, request, text(authority + ".crt"), text(authority + ".key")));
  }

  // The certificate is written after its key, so it stands for both.
  private boolean has(String name) {
    return Files.exists(folder.resolve(name + ".crt"));
  }

  private void write(String name, String content) throws IOException {
    PrivateFile.write(folder.resolve(name), content);
  }

  private String text(String name) throws IOException {
    return Files.readString(folder.resolve(name));
  }

  /** The file of this name, such as {@code ca.crt}. */
  Path file(String name) {
    return folder.resolve(name);
  }

  /** The authority that signs servers and clients. */
  public Path caCertificate() {
    return file("ca.crt");
  }

  /**
   * Writes a kubeconfig with a client certificate of this name, which is made the first time.
   *
   * @param commonName user name in the cluster
   * @param organizations its groups
   */
  public synchronized void clientKubeconfig(
      String commonName, List<String> organizations, Path target) throws IOException {
    String name = "client-" + commonName.replaceAll("[^A-Za-z0-9.-]", "-");
    client(name, "ca", commonName, organizations);
    kubeconfig(target, commonName, name);
  }

  /**
   * Makes a server certificate signed by the cluster's authority, when it is missing.
   *
   * @param name of the files {@code <name>.crt} and {@code <name>.key}
   */
  synchronized void server(String name, String commonName) throws IOException {
    if (!has(name)) {
      issue(
          name,
          "ca",
          Certificates.Request.server(commonName, List.of("localhost"), List.of(LOOPBACK)));
    }
  }

  /** Files of a certificate and its key. */
  public record KeyPairFiles(Path certificate, Path key) {}

  /** The certificate that a node's kubelet serves with, which is made the first time. */
  public synchronized KeyPairFiles nodeServer(String node, String address) throws IOException {
    String name = "kubelet-" + node;
    if (!has(name)) {
      issue(
          name,
          "ca",
          Certificates.Request.server("system:node:" + node, List.of(node), List.of(address)));
    }
    return new KeyPairFiles(file(name + ".crt"), file(name + ".key"));
  }

  /** Writes a kubeconfig for one of the certificates, with everything embedded. */
  void kubeconfig(Path target, String user, String certificate) throws IOException {
    PrivateFile.write(
        target,
        """
        apiVersion: v1
        kind: Config
        clusters:
          - name: vireo
            cluster:
              server: %s
              certificate-authority-data: %s
        users:
          - name: "%s"
            user:
              client-certificate-data: %s
              client-key-data: %s
        contexts:
          - name: vireo
            context:
              cluster: vireo
              user: "%s"
        current-context: vireo
        """
            .formatted(
                server,
                base64("ca.crt"),
                user,
                base64(certificate + ".crt"),
                base64(certificate + ".key"),
                user));
  }

  private String base64(String name) throws IOException {
    return Base64.getEncoder().encodeToString(Files.readAllBytes(folder.resolve(name)));
  }

  /** TLS that trusts this cluster and nobody else. */
  SSLContext trust() throws IOException {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setCertificateEntry(
          "ca",
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(
                      new ByteArrayInputStream(text("ca.crt").getBytes(StandardCharsets.UTF_8))));
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("Expected a usable certificate in " + caCertificate(), e);
    }
  }
}
