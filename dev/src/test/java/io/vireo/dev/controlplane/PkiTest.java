package io.vireo.dev.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PkiTest {

  @TempDir Path folder;

  @Test
  void makesCertificatesOnce() throws Exception {
    Pki.open(folder.resolve("pki"), "https://127.0.0.1:1");
    byte[] first = Files.readAllBytes(folder.resolve("pki/apiserver.crt"));

    Pki again = Pki.open(folder.resolve("pki"), "https://127.0.0.1:1");

    assertThat(again.file("apiserver.crt")).hasBinaryContent(first);
    assertThat(again.file("ca.key")).content().startsWith("-----BEGIN EC PRIVATE KEY-----");
    assertThat(Files.getPosixFilePermissions(again.file("ca.key")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void signsServersAndClientsByTheAuthority() throws Exception {
    Pki pki = Pki.open(folder.resolve("pki"), "https://127.0.0.1:1");
    X509Certificate authority = read(pki.caCertificate());
    X509Certificate server = read(pki.file("apiserver.crt"));

    server.verify(authority.getPublicKey());

    assertThat(server.getSubjectAlternativeNames())
        .anySatisfy(name -> assertThat(name.get(1)).isEqualTo("127.0.0.1"))
        .anySatisfy(name -> assertThat(name.get(1)).isEqualTo("localhost"));
    assertThat(authority.getBasicConstraints()).isNotNegative();
    assertThat(server.getBasicConstraints()).isNegative();
  }

  @Test
  void writesAKubeconfigThatAClientCanUse() throws Exception {
    Pki pki = Pki.open(folder.resolve("pki"), "https://127.0.0.1:1");
    Path file = folder.resolve("node1.kubeconfig");

    pki.clientKubeconfig("system:node:node1", List.of("system:nodes"), file);

    X509Certificate client = read(folder.resolve("pki/client-system-node-node1.crt"));
    assertThat(client.getSubjectX500Principal().getName())
        .isEqualTo("CN=system:node:node1,O=system:nodes");
    var config = io.fabric8.kubernetes.client.Config.fromKubeconfig(Files.readString(file));
    assertThat(config.getMasterUrl()).startsWith("https://127.0.0.1:1");
    try (var kubernetes = new KubernetesClientBuilder().withConfig(config).build()) {
      assertThat(kubernetes.getConfiguration().getClientKeyData()).isNotBlank();
    }
  }

  private static X509Certificate read(Path file) throws Exception {
    try (InputStream in = Files.newInputStream(file)) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }
}
