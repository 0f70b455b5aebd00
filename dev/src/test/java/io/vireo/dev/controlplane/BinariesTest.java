package io.vireo.dev.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BinariesTest {

  private static final List<String> KUBERNETES =
      List.of("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl");
  private static final String ARCHITECTURE = Release.architecture();
  private static final String ETCD_ARCHIVE = "etcd-v3.6.16-linux-" + ARCHITECTURE + ".tar.gz";

  @TempDir Path cache;
  private HttpServer server;
  private final Map<String, byte[]> published = new HashMap<>();

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] content = published.get(exchange.getRequestURI().getPath());
          exchange.sendResponseHeaders(
              content == null ? 404 : 200, content == null ? -1 : content.length);
          if (content != null) {
            exchange.getResponseBody().write(content);
          }
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void installsAReleaseWhoseChecksumsMatch() throws Exception {
    publishAll();
    List<String> progress = new ArrayList<>();
    Binaries binaries = binaries(Map.of());

    Path folder = binaries.resolve(Binaries.NAMES, progress::add);

    assertThat(binaries.missing(Binaries.NAMES)).isEmpty();
    assertThat(folder.resolve("kubectl")).hasContent("program kubectl").isExecutable();
    assertThat(folder.resolve("etcd")).hasContent("program etcd").isExecutable();
    assertThat(progress).hasSize(5).allMatch(line -> line.startsWith("downloading "));
    assertThat(leftovers(folder)).isEmpty();
  }

  @Test
  void refusesAWrongChecksumAndLeavesNothingBehind() throws Exception {
    publishAll();
    String path = "/k8s/" + ARCHITECTURE + "/kube-apiserver";
    published.put(path, "something else".getBytes(StandardCharsets.UTF_8));
    Binaries binaries = binaries(Map.of());

    assertThatThrownBy(() -> binaries.resolve(Binaries.NAMES, line -> {}))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("SHA-256")
        .hasMessageContaining("kube-apiserver");

    assertThat(binaries.folder().resolve("kube-apiserver")).doesNotExist();
    assertThat(leftovers(binaries.folder())).isEmpty();
  }

  @Test
  void takesAnInstalledProgramOfTheWantedVersionOnly(@TempDir Path assets) throws Exception {
    publishAll();
    script(assets.resolve("kube-scheduler"), "Kubernetes v1.35.4");
    script(assets.resolve("kube-controller-manager"), "Kubernetes v1.34.0");
    script(assets.resolve("etcd"), "etcd Version: 3.6.16");
    Binaries binaries = binaries(Map.of("KUBEBUILDER_ASSETS", assets.toString()));
    List<String> progress = new ArrayList<>();

    Path folder = binaries.resolve(Binaries.NAMES, progress::add);

    assertThat(folder.resolve("kube-scheduler"))
        .hasSameBinaryContentAs(assets.resolve("kube-scheduler"));
    assertThat(folder.resolve("etcd")).hasSameBinaryContentAs(assets.resolve("etcd"));
    assertThat(folder.resolve("kube-controller-manager"))
        .hasContent("program kube-controller-manager");
    assertThat(progress).anyMatch(line -> line.startsWith("taking etcd from "));
  }

  @Test
  void asksNobodyWhenTheFolderIsComplete() throws Exception {
    publishAll();
    binaries(Map.of()).resolve(Binaries.NAMES, line -> {});
    List<String> progress = new ArrayList<>();

    binaries(Map.of()).resolve(Binaries.NAMES, progress::add);

    assertThat(progress).isEmpty();
  }

  private Binaries binaries(Map<String, String> environment) throws IOException {
    String base = "http://127.0.0.1:" + server.getAddress().getPort();
    Map<String, String> all = new HashMap<>(environment);
    all.put(Binaries.KUBERNETES_URL, base + "/k8s");
    all.put(Binaries.ETCD_URL, base + "/etcd");
    return new Binaries(cache, all);
  }

  private void publishAll() throws Exception {
    for (String name : KUBERNETES) {
      byte[] program = ("program " + name).getBytes(StandardCharsets.UTF_8);
      String path = "/k8s/" + ARCHITECTURE + "/" + name;
      published.put(path, program);
      published.put(path + ".sha256", sha256(program).getBytes(StandardCharsets.US_ASCII));
    }
    byte[] archive = etcdArchive();
    published.put("/etcd/" + ETCD_ARCHIVE, archive);
    published.put(
        "/etcd/SHA256SUMS",
        ("0".repeat(64) + "  other.tar.gz\n" + sha256(archive) + "  " + ETCD_ARCHIVE + "\n")
            .getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] etcdArchive() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
      for (String name : List.of("etcdctl", "etcd")) {
        byte[] program = ("program " + name).getBytes(StandardCharsets.UTF_8);
        TarArchiveEntry entry = new TarArchiveEntry("etcd-v3.6.16/" + name);
        entry.setSize(program.length);
        tar.putArchiveEntry(entry);
        tar.write(program);
        tar.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }

  private static String sha256(byte[] content) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
  }

  private static void script(Path file, String version) throws IOException {
    Files.writeString(file, "#!/bin/sh\necho '" + version + "'\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private static List<String> leftovers(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith(".") && !name.equals(".lock"))
          .toList();
    }
  }
}
