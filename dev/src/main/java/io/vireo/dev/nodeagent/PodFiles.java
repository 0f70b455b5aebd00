package io.vireo.dev.nodeagent;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The folder of one pod, {@code pods/<uid>}: record, volumes, attempts, logs. */
final class PodFiles {

  private static final Logger LOG = LoggerFactory.getLogger(PodFiles.class);
  private static final Pattern UID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]{0,62}");

  private final Path folder;

  private PodFiles(Path folder) {
    this.folder = folder;
  }

  static PodFiles of(Path state, String uid) {
    if (!UID.matcher(uid).matches()) {
      throw new IllegalArgumentException("Expected a pod's uid, but got " + uid);
    }
    return new PodFiles(state.resolve("pods").resolve(uid));
  }

  /** Records of all pods that an earlier agent had. */
  static List<PodRecord> readAll(Path state) throws IOException {
    Path pods = Files.createDirectories(state.resolve("pods"));
    List<PodRecord> records = new ArrayList<>();
    try (Stream<Path> folders = Files.list(pods)) {
      for (Path folder : (Iterable<Path>) folders::iterator) {
        Path file = folder.resolve("pod.json");
        if (Files.notExists(file)) {
          // The agent was killed before it had started anything of the pod.
          remove(folder);
          continue;
        }
        records.add(Serialization.unmarshal(Files.readString(file), PodRecord.class));
        LOG.atDebug().addKeyValue("file", file).log("Pod record read");
      }
    }
    return records;
  }

  void write(PodRecord podRecord) throws IOException {
    if (Files.notExists(folder)) {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    Path fresh = folder.resolve("pod.json.new");
    Files.writeString(fresh, Serialization.asJson(podRecord));
    Files.move(
        fresh,
        folder.resolve("pod.json"),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  Path attempt(String container, int number) {
    return folder.resolve("containers").resolve(container).resolve(Integer.toString(number));
  }

  Path log(String container) {
    return folder.resolve(container + ".log");
  }

  Path volume(String name) {
    return folder.resolve("volumes").resolve(name);
  }

  Path etc() {
    return folder.resolve("etc");
  }

  Path folder() {
    return folder;
  }

  void remove() {
    try {
      remove(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("Expected to remove " + folder, e);
    }
  }

  static void remove(Path path) throws IOException {
    if (!Files.isDirectory(path, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
      Files.deleteIfExists(path);
      return;
    }
    Files.walkFileTree(
        path,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path at, BasicFileAttributes attributes)
              throws IOException {
            if (!Files.isWritable(at) || !Files.isExecutable(at)) {
              Files.setPosixFilePermissions(at, PosixFilePermissions.fromString("rwx------"));
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException problem)
              throws IOException {
            if (problem instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw problem;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path at, @Nullable IOException problem)
              throws IOException {
            if (problem != null) {
              throw problem;
            }
            Files.deleteIfExists(at);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
