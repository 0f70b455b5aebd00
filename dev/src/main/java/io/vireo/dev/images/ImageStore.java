package io.vireo.dev.images;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An OCI image layout in a folder, where an image is found by the annotation {@code
 * org.opencontainers.image.ref.name}. Other processes may use the folder at the same time: blobs
 * appear whole, the index changes under a file lock. Thread-safe.
 */
public final class ImageStore {

  static final JsonMapper MAPPER = JsonMapper.builder().build();
  static final String REF_NAME = "org.opencontainers.image.ref.name";
  static final String MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";

  static final String INDEX_TYPE = "application/vnd.oci.image.index.v1+json";
  private static final String DOCKER_LIST_TYPE =
      "application/vnd.docker.distribution.manifest.list.v2+json";
  private static final int JSON_MAX = 4 << 20;

  // A file lock is the process's, so threads of this one need a lock of their own.
  private static final ReentrantLock IN_PROCESS = new ReentrantLock();

  private final Path root;

  private ImageStore(Path root) {
    this.root = root;
  }

  /** Opens a store, and makes it when there is none. */
  public static ImageStore open(Path root) throws IOException {
    Path absolute = root.toAbsolutePath().normalize();
    Files.createDirectories(absolute.resolve("blobs/sha256"));
    Files.createDirectories(absolute.resolve("unpacked"));
    ImageStore store = new ImageStore(absolute);
    if (Files.notExists(store.index())) {
      store.locked(
          () -> {
            if (Files.notExists(store.index())) {
              store.replace(
                  absolute.resolve("oci-layout"),
                  "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.UTF_8));
              store.writeIndex(List.of());
            }
            return true;
          });
    }
    return store;
  }

  /** The folder. */
  public Path root() {
    return root;
  }

  /**
   * The image of this name; a name without a tag means {@code latest}.
   *
   * @throws ImageStoreException if there is one and it is broken
   */
  public Optional<Image> resolve(String reference) {
    String wanted = normalized(reference);
    try {
      for (JsonNode descriptor : readIndex()) {
        String name = descriptor.path("annotations").path(REF_NAME).asString("");
        String digest = descriptor.path("digest").asString("");
        boolean byDigest = wanted.endsWith("@" + digest);
        if (byDigest || (!name.isEmpty() && normalized(name).equals(wanted))) {
          return Optional.of(read(reference, descriptor));
        }
      }
      return Optional.empty();
    } catch (IOException | JacksonException e) {
      throw new ImageStoreException(
          "Expected the image " + reference + " in " + root + " to be readable", e);
    }
  }

  /** Names of all images. */
  public List<String> references() throws IOException {
    List<String> names = new ArrayList<>();
    for (JsonNode descriptor : readIndex()) {
      String name = descriptor.path("annotations").path(REF_NAME).asString("");
      if (!name.isEmpty()) {
        names.add(name);
      }
    }
    return names;
  }

  /** When this very content was first written here. */
  public Instant written(Image image) throws IOException {
    return Files.getLastModifiedTime(blob(image.digest()))
        .toInstant()
        .truncatedTo(ChronoUnit.SECONDS);
  }

  /**
   * The folder with the image's files, unpacked when it is first asked for. It is shared: bind or
   * mount it read-only.
   */
  public Path unpack(Image image) {
    String key = image.layers().stream().map(Image.Blob::digest).collect(Collectors.joining("\n"));
    Path target =
        root.resolve("unpacked")
            .resolve(Digests.hex(Digests.of(key.getBytes(StandardCharsets.UTF_8))));
    if (Files.isDirectory(target)) {
      return target;
    }
    try {
      Path fresh = Files.createTempDirectory(root.resolve("unpacked"), ".new-");
      Path files = Files.createDirectory(fresh.resolve("files"));
      try {
        LayerUnpack unpack = new LayerUnpack(files);
        for (Image.Blob layer : image.layers()) {
          apply(unpack, layer);
        }
        Files.move(files, target, StandardCopyOption.ATOMIC_MOVE);
      } catch (FileSystemException e) {
        if (!Files.isDirectory(target)) {
          throw e;
        }
        // Somebody else unpacked the same in the meantime.
      } finally {
        LayerUnpack.remove(fresh);
      }
      return target;
    } catch (IOException e) {
      throw new ImageStoreException("Expected to unpack the image " + image.reference(), e);
    }
  }

  private void apply(LayerUnpack unpack, Image.Blob layer) throws IOException {
    MessageDigest digest = Digests.sha256();
    try (InputStream blob =
        new DigestInputStream(
            new BufferedInputStream(Files.newInputStream(blob(layer.digest()))), digest)) {
      InputStream tar =
          switch (layer.mediaType()) {
            case "application/vnd.oci.image.layer.v1.tar" -> blob;
            case "application/vnd.oci.image.layer.v1.tar+gzip",
                "application/vnd.docker.image.rootfs.diff.tar.gzip" ->
                new GZIPInputStream(blob);
            default ->
                throw new ImageStoreException(
                    "Expected a layer as tar or tar+gzip, but got " + layer.mediaType());
          };
      unpack.apply(new Unclosed(tar));
      blob.transferTo(java.io.OutputStream.nullOutputStream());
    } catch (NoSuchFileException e) {
      throw new ImageStoreException("Expected the layer " + layer.digest() + " in " + root, e);
    }
    if (!Digests.text(digest.digest()).equals(layer.digest())) {
      throw new ImageStoreException(
          "Expected the layer " + layer.digest() + " to have that content, but it has another");
    }
  }

  private Image read(String reference, JsonNode descriptor) throws IOException {
    JsonNode manifest = json(descriptor.path("digest").asString(""));
    String digest = descriptor.path("digest").asString("");
    String type = descriptor.path("mediaType").asString(manifest.path("mediaType").asString(""));
    if (type.equals(INDEX_TYPE) || type.equals(DOCKER_LIST_TYPE)) {
      digest = forThisMachine(reference, manifest);
      manifest = json(digest);
    }
    JsonNode config = json(manifest.path("config").path("digest").asString("")).path("config");
    List<Image.Blob> layers = new ArrayList<>();
    for (JsonNode layer : manifest.path("layers")) {
      layers.add(
          new Image.Blob(
              layer.path("mediaType").asString(""),
              layer.path("digest").asString(""),
              layer.path("size").asLong(0)));
    }
    Map<String, String> labels = new HashMap<>();
    config
        .path("Labels")
        .properties()
        .forEach(e -> labels.put(e.getKey(), e.getValue().asString()));
    return new Image(
        reference,
        digest,
        new ImageConfig(
            texts(config.path("Entrypoint")),
            texts(config.path("Cmd")),
            texts(config.path("Env")),
            config.path("WorkingDir").asString(""),
            config.path("User").asString(""),
            labels),
        layers);
  }

  private static String forThisMachine(String reference, JsonNode index) {
    String architecture = architecture();
    for (JsonNode candidate : index.path("manifests")) {
      JsonNode platform = candidate.path("platform");
      if (platform.path("os").asString("").equals("linux")
          && platform.path("architecture").asString("").equals(architecture)) {
        return candidate.path("digest").asString("");
      }
    }
    throw new ImageStoreException(
        "Expected the image " + reference + " for linux/" + architecture + ", but it has none");
  }

  /** This machine as OCI and Kubernetes name it. */
  public static String architecture() {
    String architecture = System.getProperty("os.arch", "amd64");
    return architecture.equals("aarch64") ? "arm64" : architecture;
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(node -> texts.add(node.asString()));
    return texts;
  }

  /** A small blob, whose content is checked. */
  JsonNode json(String digest) throws IOException {
    Path file = blob(digest);
    if (Files.notExists(file) || Files.size(file) > JSON_MAX) {
      throw new ImageStoreException("Expected the blob " + digest + " in " + root);
    }
    byte[] content = Files.readAllBytes(file);
    if (!Digests.of(content).equals(digest)) {
      throw new ImageStoreException(
          "Expected the blob " + digest + " to have that content, but it has another");
    }
    return MAPPER.readTree(content);
  }

  Path blob(String digest) {
    return root.resolve("blobs/sha256").resolve(Digests.hex(digest));
  }

  /** Stores a small blob. */
  Image.Blob put(String mediaType, byte[] content) throws IOException {
    String digest = Digests.of(content);
    if (Files.notExists(blob(digest))) {
      replace(blob(digest), content);
    }
    return new Image.Blob(mediaType, digest, content.length);
  }

  /** Takes over a file of this file system as a blob. */
  Image.Blob adopt(String mediaType, Path file, String digest) throws IOException {
    long size = Files.size(file);
    Files.move(file, blob(digest), StandardCopyOption.ATOMIC_MOVE);
    return new Image.Blob(mediaType, digest, size);
  }

  /** Points a name at a manifest; what it pointed at before stays as blobs. */
  void name(String reference, Image.Blob manifest) throws IOException {
    locked(
        () -> {
          List<JsonNode> entries = new ArrayList<>();
          for (JsonNode descriptor : readIndex()) {
            String name = descriptor.path("annotations").path(REF_NAME).asString("");
            if (!name.equals(reference)) {
              entries.add(descriptor);
            }
          }
          entries.add(
              MAPPER
                  .createObjectNode()
                  .put("mediaType", manifest.mediaType())
                  .put("digest", manifest.digest())
                  .put("size", manifest.size())
                  .set("annotations", MAPPER.createObjectNode().put(REF_NAME, reference)));
          writeIndex(entries);
          return true;
        });
  }

  private Path index() {
    return root.resolve("index.json");
  }

  private List<JsonNode> readIndex() throws IOException {
    List<JsonNode> entries = new ArrayList<>();
    MAPPER.readTree(Files.readAllBytes(index())).path("manifests").forEach(entries::add);
    return entries;
  }

  private void writeIndex(List<JsonNode> entries) throws IOException {
    replace(
        index(),
        MAPPER.writeValueAsBytes(
            MAPPER
                .createObjectNode()
                .put("schemaVersion", 2)
                .put("mediaType", INDEX_TYPE)
                .set("manifests", MAPPER.createArrayNode().addAll(entries))));
  }

  private void replace(Path file, byte[] content) throws IOException {
    Path fresh = Files.createTempFile(root, ".new-", "");
    Files.write(fresh, content);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private void locked(Callable<Boolean> action) throws IOException {
    IN_PROCESS.lock();
    try (FileChannel channel =
            FileChannel.open(
                root.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      if (!lock.isValid()) {
        throw new IOException("Expected to lock " + root);
      }
      action.call();
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new UncheckedIOException(new IOException(e));
    } finally {
      IN_PROCESS.unlock();
    }
  }

  private static String normalized(String reference) {
    int name = reference.lastIndexOf('/') + 1;
    boolean tagged = reference.indexOf(':', name) >= 0 || reference.indexOf('@') >= 0;
    return tagged ? reference : reference + ":latest";
  }

  /** Keeps the tar reader from closing the blob before its digest is complete. */
  private static final class Unclosed extends java.io.FilterInputStream {
    Unclosed(InputStream in) {
      super(in);
    }

    @Override
    public void close() {}
  }
}
