package io.vireo.api.certificate;

import io.vireo.api.http.AdmissionServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Certificates for a server under test, and clients that trust them. */
public final class Certificates {

  private Certificates() {}

  public static AdmissionServer.KeyPair loopback() throws IOException {
    CertificateBook.Pair pair =
        SelfSigned.make(List.of("127.0.0.1", "localhost"), Instant.now()).pair();
    return new AdmissionServer.KeyPair(pair.certificate(), pair.key());
  }

  public static SSLContext trusting(AdmissionServer.KeyPair... pairs)
      throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    for (AdmissionServer.KeyPair pair : pairs) {
      store.setCertificateEntry(
          "each" + store.size(),
          CertificateFactory.getInstance("X.509")
              .generateCertificate(
                  new ByteArrayInputStream(pair.certificate().getBytes(StandardCharsets.UTF_8))));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
