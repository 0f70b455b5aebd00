package io.vireo.dev.controlplane;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;

/** Makes EC P-256 keys and X.509 certificates as PEM text. */
final class Certificates {

  private static final Duration VALIDITY = Duration.ofDays(3650);
  // A machine whose clock is a little behind must take a fresh certificate too.
  private static final Duration CLOCK_SKEW = Duration.ofHours(1);
  private static final int KEY_BITS = 256;
  private static final int SERIAL_BITS = 127;
  private static final SecureRandom RANDOM = new SecureRandom();

  private Certificates() {}

  /** What a certificate is to say. */
  record Request(
      String commonName,
      List<String> organizations,
      KeyPurposeId purpose,
      List<String> names,
      List<String> addresses) {

    static Request client(String commonName, List<String> organizations) {
      return new Request(
          commonName, organizations, KeyPurposeId.id_kp_clientAuth, List.of(), List.of());
    }

    static Request server(String commonName, List<String> names, List<String> addresses) {
      return new Request(commonName, List.of(), KeyPurposeId.id_kp_serverAuth, names, addresses);
    }
  }

  static KeyPair keyPair() throws IOException {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IOException("Expected the JDK to make an EC key", e);
    }
  }

  static String authorityPem(KeyPair pair, String commonName) throws IOException {
    try {
      X500Name subject = subject(commonName, List.of());
      X509v3CertificateBuilder builder = builder(subject, subject, pair);
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
      builder.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.digitalSignature));
      builder.addExtension(
          Extension.subjectKeyIdentifier,
          false,
          new JcaX509ExtensionUtils().createSubjectKeyIdentifier(pair.getPublic()));
      return sign(builder, pair.getPrivate());
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IOException("Expected to make the certificate of " + commonName, e);
    }
  }

  static String issuedPem(
      KeyPair pair, Request request, String authorityCertificate, String authorityKey)
      throws IOException {
    try {
      X509CertificateHolder authority = certificate(authorityCertificate);
      X509v3CertificateBuilder builder =
          builder(
              authority.getSubject(), subject(request.commonName(), request.organizations()), pair);
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
      builder.addExtension(
          Extension.extendedKeyUsage, false, new ExtendedKeyUsage(request.purpose()));
      builder.addExtension(
          Extension.authorityKeyIdentifier,
          false,
          new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(authority));
      List<GeneralName> alternatives = new ArrayList<>();
      request.names().forEach(n -> alternatives.add(new GeneralName(GeneralName.dNSName, n)));
      request.addresses().forEach(a -> alternatives.add(new GeneralName(GeneralName.iPAddress, a)));
      if (!alternatives.isEmpty()) {
        builder.addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(alternatives.toArray(GeneralName[]::new)));
      }
      return sign(builder, privateKey(authorityKey));
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IOException("Expected to make the certificate of " + request.commonName(), e);
    }
  }

  /** In SEC1 form: fabric8 reads EC keys in no other. */
  static String privatePem(KeyPair pair) throws IOException {
    if (!(pair.getPrivate() instanceof ECPrivateKey key)) {
      throw new IOException("Expected an EC key");
    }
    // The curve must be named inside, which the JDK's own encoding leaves out.
    var sec1 =
        new org.bouncycastle.asn1.sec.ECPrivateKey(
            KEY_BITS,
            key.getS(),
            SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()).getPublicKeyData(),
            SECObjectIdentifiers.secp256r1);
    return pem("EC PRIVATE KEY", sec1.getEncoded());
  }

  static String publicPem(KeyPair pair) throws IOException {
    return pem("PUBLIC KEY", pair.getPublic().getEncoded());
  }

  private static X500Name subject(String commonName, List<String> organizations) {
    X500NameBuilder name = new X500NameBuilder(BCStyle.INSTANCE);
    organizations.forEach(organization -> name.addRDN(BCStyle.O, organization));
    return name.addRDN(BCStyle.CN, commonName).build();
  }

  private static X509v3CertificateBuilder builder(X500Name issuer, X500Name subject, KeyPair pair) {
    Instant now = Instant.now();
    return new X509v3CertificateBuilder(
        issuer,
        new BigInteger(SERIAL_BITS, RANDOM),
        Date.from(now.minus(CLOCK_SKEW)),
        Date.from(now.plus(VALIDITY)),
        subject,
        SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()));
  }

  private static String sign(X509v3CertificateBuilder builder, PrivateKey key)
      throws IOException, OperatorCreationException {
    X509CertificateHolder holder =
        builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key));
    return pem("CERTIFICATE", holder.getEncoded());
  }

  private static String pem(String type, byte[] content) throws IOException {
    StringWriter text = new StringWriter();
    try (PemWriter writer = new PemWriter(text)) {
      writer.writeObject(new PemObject(type, content));
    }
    return text.toString();
  }

  private static X509CertificateHolder certificate(String pem) throws IOException {
    try (PEMParser parser = new PEMParser(new StringReader(pem))) {
      if (parser.readObject() instanceof X509CertificateHolder holder) {
        return holder;
      }
      throw new IOException("Expected a certificate in PEM");
    }
  }

  private static PrivateKey privateKey(String pem) throws IOException {
    try (PEMParser parser = new PEMParser(new StringReader(pem))) {
      if (parser.readObject() instanceof PEMKeyPair pair) {
        return new JcaPEMKeyConverter().getKeyPair(pair).getPrivate();
      }
      throw new IOException("Expected an EC key in PEM");
    }
  }
}
