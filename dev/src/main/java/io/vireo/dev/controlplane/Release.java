package io.vireo.dev.controlplane;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/** The official releases: where a program is, and what it must hash to. */
final class Release {

  private static final Duration CONNECT_MAX = Duration.ofSeconds(5);
  private static final Duration DOWNLOAD_MAX = Duration.ofMinutes(10);
  private static final int SUMS_MAX = 1 << 20;
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;

  private final Properties settings;

  /** The download is not what was published. */
  static final class WrongContentException extends IOException {
    WrongContentException(String message) {
      super(message);
    }
  }

  Release(Properties settings) {
    this.settings = settings;
  }

  static Release load(Map<String, String> environment) throws IOException {
    Properties settings = new Properties();
    try (InputStream in = Release.class.getResourceAsStream("binaries.properties")) {
      if (in == null) {
        throw new IOException("Expected binaries.properties on the class path, but it is not");
      }
      settings.load(in);
    }
    override(settings, "kubernetes.base", environment.get(Binaries.KUBERNETES_URL));
    override(settings, "etcd.base", environment.get(Binaries.ETCD_URL));
    override(settings, "containerd.base", environment.get(Binaries.CONTAINERD_URL));
    override(settings, "coredns.base", environment.get(Binaries.COREDNS_URL));
    return new Release(settings);
  }

  private static void override(Properties settings, String key, @Nullable String value) {
    if (value != null && !value.isBlank()) {
      settings.setProperty(key, value);
    }
  }

  /** This machine as Go names it. */
  static String architecture() {
    String architecture = System.getProperty("os.arch", "amd64");
    return architecture.equals("aarch64") ? "arm64" : architecture;
  }

  String kubernetesVersion() {
    return version(Product.KUBERNETES);
  }

  String version(Product product) {
    return required(product.id() + ".version");
  }

  /** Whether there is something to download. */
  boolean isPublished(String name) {
    return settings.containsKey(Product.of(name).id() + ".base");
  }

  String base(String name) {
    return required(Product.of(name).id() + ".base");
  }

  private String required(String key) {
    String value = settings.getProperty(key);
    if (value == null) {
      throw new IllegalStateException("Expected " + key + " in binaries.properties");
    }
    return value;
  }

  private URI uri(String name, String kind) {
    return URI.create(base(name) + "/" + path(name, kind));
  }

  private String path(String name, String kind) {
    return required(Product.of(name).id() + "." + kind)
        .replace("{arch}", architecture())
        .replace("{name}", name);
  }

  /**
   * Downloads a program and checks its hash.
   *
   * @return a fresh file in the folder; empty when the release does not have it
   * @throws WrongContentException when the hash differs; nothing is left behind
   */
  Optional<Path> download(String name, Path folder) throws IOException, InterruptedException {
    try (HttpClient http =
        HttpClient.newBuilder()
            .connectTimeout(CONNECT_MAX)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build()) {
      Optional<String> wanted = checksum(http, name);
      if (wanted.isEmpty()) {
        return Optional.empty();
      }
      Path fresh = Files.createTempFile(folder, ".download-", "");
      boolean good = false;
      try {
        good = fetch(http, uri(name, "path"), fresh, wanted.get());
        if (good && path(name, "path").matches(".*\\.(tar\\.gz|tgz)")) {
          extract(fresh, name, folder);
        }
        return good ? Optional.of(fresh) : Optional.empty();
      } catch (IOException | RuntimeException e) {
        good = false;
        throw e;
      } finally {
        if (!good) {
          Files.deleteIfExists(fresh);
        }
      }
    }
  }

  private Optional<String> checksum(HttpClient http, String name)
      throws IOException, InterruptedException {
    String pinned = settings.getProperty(name + "." + architecture() + ".sha256");
    if (pinned != null) {
      return Optional.of(pinned);
    }
    HttpResponse<InputStream> response = get(http, uri(name, "sums"));
    try (InputStream body = response.body()) {
      if (response.statusCode() != OK) {
        return Optional.empty();
      }
      String file = path(name, "path");
      String published =
          new String(body.readNBytes(SUMS_MAX), java.nio.charset.StandardCharsets.US_ASCII);
      // Either one hash alone, or a line "<hash>  <file>" for each file.
      return published
          .lines()
          .map(line -> line.trim().split("\\s+", -1))
          .filter(fields -> fields.length == 1 || fields[1].equals(file))
          .map(fields -> fields[0])
          .filter(hash -> hash.matches("[0-9a-f]{64}"))
          .findFirst();
    }
  }

  private static boolean fetch(HttpClient http, URI from, Path to, String wanted)
      throws IOException, InterruptedException {
    HttpResponse<InputStream> response = get(http, from);
    MessageDigest digest = sha256();
    try (InputStream body = new DigestInputStream(response.body(), digest);
        OutputStream out = Files.newOutputStream(to)) {
      if (response.statusCode() == NOT_FOUND) {
        return false;
      }
      if (response.statusCode() != OK) {
        throw new IOException("Expected " + from + ", but got status " + response.statusCode());
      }
      body.transferTo(out);
    }
    String actual = HexFormat.of().formatHex(digest.digest());
    if (!actual.equals(wanted)) {
      throw new WrongContentException(
          "Expected " + from + " to have the SHA-256 " + wanted + ", but it has " + actual);
    }
    return true;
  }

  private static HttpResponse<InputStream> get(HttpClient http, URI from)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(from).timeout(DOWNLOAD_MAX).build(),
        HttpResponse.BodyHandlers.ofInputStream());
  }

  /** Replaces an archive by the one program of it that is wanted. */
  private static void extract(Path archive, String name, Path folder) throws IOException {
    Path program = Files.createTempFile(folder, ".download-", "");
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(
            new GZIPInputStream(new BufferedInputStream(Files.newInputStream(archive))))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        if (entry.isFile() && entry.getName().matches("([^/]+/)?" + name)) {
          try (OutputStream out = Files.newOutputStream(program)) {
            tar.transferTo(out);
          }
          Files.move(program, archive, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
          return;
        }
      }
      throw new IOException("Expected " + name + " in the release's archive, but it is not");
    } finally {
      Files.deleteIfExists(program);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }
}
