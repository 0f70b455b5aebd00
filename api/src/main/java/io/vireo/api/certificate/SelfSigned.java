package io.vireo.api.certificate;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Makes certificates that are trusted by themselves, with EC keys on P-256. */
final class SelfSigned {

  // An API server whose clock is a little behind must take a fresh certificate too.
  private static final Duration CLOCK_SKEW = Duration.ofHours(1);
  private static final int SERIAL_BITS = 127;
  private static final SecureRandom RANDOM = new SecureRandom();

  private SelfSigned() {}

  /**
   * Makes one.
   *
   * @param names DNS names and IP addresses that it is served under
   */
  static CertificateBook.Timed make(List<String> names, Instant now) throws IOException {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
      KeyPair pair = generator.generateKeyPair();
      X500Name name = new X500Name("CN=vireo-api");
      Instant notAfter = now.plus(CertificateBook.VALIDITY);
      X509v3CertificateBuilder builder =
          new X509v3CertificateBuilder(
              name,
              new BigInteger(SERIAL_BITS, RANDOM),
              Date.from(now.minus(CLOCK_SKEW)),
              Date.from(notAfter),
              name,
              SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()));
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
      builder.addExtension(
          Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(names.stream().map(SelfSigned::general).toArray(GeneralName[]::new)));
      byte[] certificate =
          builder
              .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()))
              .getEncoded();
      String pem = pem(x509(certificate));
      String key = pem(new JcaPKCS8Generator(pair.getPrivate(), null).generate());
      return timed(new CertificateBook.Pair(pem, key));
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IOException("Expected the JDK to make a certificate", e);
    }
  }

  private static GeneralName general(String name) {
    int type = isAddress(name) ? GeneralName.iPAddress : GeneralName.dNSName;
    return new GeneralName(type, name);
  }

  private static boolean isAddress(String name) {
    return name.contains(":") || name.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
  }

  /**
   * With its times, as the certificate has them.
   *
   * @throws IOException if it is no certificate, or the key is not its key
   */
  static CertificateBook.Timed timed(CertificateBook.Pair pair) throws IOException {
    X509Certificate certificate = read(pair.certificate());
    checkKey(certificate, pair.key());
    return new CertificateBook.Timed(
        pair,
        certificate.getNotBefore().toInstant().plus(CLOCK_SKEW),
        certificate.getNotAfter().toInstant());
  }

  private static void checkKey(X509Certificate certificate, String key) throws IOException {
    try (PEMParser parser = new PEMParser(new StringReader(key))) {
      if (!(parser.readObject() instanceof PrivateKeyInfo info)) {
        throw new IOException("Expected a key in PEM, as PKCS 8 has it");
      }
      byte[] text = {1, 2, 3};
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(new JcaPEMKeyConverter().getPrivateKey(info));
      signature.update(text);
      byte[] signed = signature.sign();
      signature.initVerify(certificate);
      signature.update(text);
      if (!signature.verify(signed)) {
        throw new IOException("Expected the key of the certificate, but it is another");
      }
    } catch (GeneralSecurityException e) {
      throw new IOException("Expected an EC key and its certificate", e);
    }
  }

  /** Whether it is for all of these names. */
  static boolean isFor(CertificateBook.Pair pair, Collection<String> names) throws IOException {
    Set<String> has = new HashSet<>();
    try {
      Collection<List<?>> alternatives = read(pair.certificate()).getSubjectAlternativeNames();
      if (alternatives != null) {
        alternatives.forEach(each -> has.add(String.valueOf(each.get(1))));
      }
    } catch (CertificateException e) {
      throw new IOException("Expected names in the certificate", e);
    }
    return has.containsAll(names);
  }

  private static X509Certificate read(String pem) throws IOException {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)));
    } catch (CertificateException e) {
      throw new IOException("Expected a certificate in PEM", e);
    }
  }

  private static X509Certificate x509(byte[] der) throws GeneralSecurityException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
  }

  private static String pem(Object object) throws IOException {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      writer.writeObject(object);
    }
    return text.toString();
  }
}
