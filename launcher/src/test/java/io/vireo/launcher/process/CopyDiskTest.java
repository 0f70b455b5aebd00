package io.vireo.launcher.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vireo.launcher.LauncherMain;
import io.vireo.launcher.core.Options;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code copy-disk}, run as in the pod: by a busybox beside it. What the launcher says of the copy
 * is what it says of the image itself.
 */
class CopyDiskTest {

  private static final Path BUSYBOX = Path.of("/bin/busybox");
  private static final long BYTES_MAX = 4096;
  private static final long TIMEOUT_SECONDS = 30;

  @TempDir Path folder;

  private Path image;
  private Path target;
  private Path tools;

  @BeforeEach
  void tools() throws IOException {
    assumeTrue(Files.isExecutable(BUSYBOX), "No busybox in /bin to run the script with");
    image = Files.createDirectory(folder.resolve("an image"));
    target = Files.createDirectory(folder.resolve("target"));
    tools = Files.createDirectory(folder.resolve("tools"));
    Files.copy(BUSYBOX, tools.resolve("busybox"));
    try (InputStream script = LauncherMain.class.getResourceAsStream("copy-disk")) {
      assertThat(script).isNotNull();
      Files.copy(script, tools.resolve("copy-disk"));
    }
  }

  private Programs.Result copy(Path root, @Nullable String path)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                tools.resolve("busybox").toString(),
                "sh",
                tools.resolve("copy-disk").toString(),
                root.toString(),
                target.toString(),
                Long.toString(BYTES_MAX)));
    Optional.ofNullable(path).ifPresent(command::add);
    // As in a container, whose image decides where programs are looked for.
    return Programs.run(TIMEOUT_SECONDS, Map.of("PATH", "/nowhere"), command);
  }

  private void copyingBecomes(String script) throws IOException {
    Path busybox = tools.resolve("busybox");
    Files.writeString(
        busybox,
        """
        #!/bin/busybox sh
        [ "$1" != cp ] || { %s; }
        exec /bin/busybox "$@"
        """
            .formatted(script));
    assertThat(busybox.toFile().setExecutable(true)).isTrue();
  }

  /** A file of the image; a name that ends in a slash is a folder, one with an arrow a link. */
  private void put(String entry) throws IOException {
    String[] link = entry.split(" -> ", 2);
    Path path = image.resolve(link[0]);
    Files.createDirectories(entry.endsWith("/") ? path : path.getParent());
    if (link.length == 2) {
      Files.createSymbolicLink(path, Path.of(link[1]));
    } else if (!entry.endsWith("/")) {
      Files.writeString(path, "disk " + entry);
    }
  }

  private String said(Path root, Options.ContainerDisk disk) throws IOException {
    try {
      return root.relativize(ImageFile.find(root, disk)).toString();
    } catch (Disks.DiskException e) {
      return e.reason() + ": " + e.getMessage();
    }
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          disk/a.img                          |                | disk/a.img
          disk/.hidden                        |                | disk/.hidden
          disk/..hidden                       |                | disk/..hidden
          disk/-rf *? $(x)                    |                | disk/-rf *? $(x)
          disk/a.img, other/b.img             |                | disk/a.img
          other/b.img                         |                | but there are 0
          disk/                               |                | but there are 0
          disk                                |                | but there are 0
          disk -> other, other/a.img          |                | but there are 0
          disk/a.img, disk/b.img              |                | but there are 2
          disk/a.img, disk/.b, disk/c/        |                | but there are 3
          disk/a.img -> /etc/passwd           |                | leads through a link or a '..'
          disk/a.img -> ../other, other       |                | leads through a link or a '..'
          disk/a.img -> nowhere               |                | leads through a link or a '..'
          disk/a/b.img                        |                | expected a file at /disk/a
          a/b/c.img                           | /a/b/c.img     | a/b/c.img
          'a b/c $(x)*.img'                   | /a b/c $(x)*.img | 'a b/c $(x)*.img'
          c.img                               | /c.img         | c.img
          disk/a.img, disk/b.img              | /disk/b.img    | disk/b.img
          a/b.img                             | /a/c.img       | expected a file at /a/c.img
          a/b.img                             | /b/b.img       | expected a file at /b/b.img
          a/b.img                             | /a/b.img/c     | expected a file at /a/b.img/c
          a/b.img                             | /a             | expected a file at /a
          a/b.img -> /etc/passwd              | /a/b.img       | leads through a link or a '..'
          a -> /etc                           | /a/passwd      | leads through a link or a '..'
          a -> b, b/c.img                     | /a/c.img       | leads through a link or a '..'
          a/b.img                             | /a/../a/b.img  | leads through a link or a '..'
          a/b.img                             | /../a/b.img    | leads through a link or a '..'
          """)
  void shouldLeaveTheJudgementToTheLauncher(String entries, @Nullable String path, String expected)
      throws Exception {
    for (String entry : entries.split(", ")) {
      put(entry);
    }
    Options.ContainerDisk disk = new Options.ContainerDisk("root", Optional.ofNullable(path));

    Programs.Result result = copy(image, path);

    assertThat(result.output()).isEmpty();
    assertThat(result.isSuccess()).isTrue();
    assertThat(said(image, disk)).contains(expected);
    assertThat(said(target, disk)).isEqualTo(said(image, disk));
    if (said(image, disk).equals(expected)) {
      assertThat(target.resolve(expected)).hasSameBinaryContentAs(image.resolve(expected));
      assertThat(files(target)).containsOnlyKeys(expected);
    }
  }

  /** Each file, and how large it is. */
  private static Map<String, Long> files(Path root) throws IOException {
    Map<String, Long> files = new HashMap<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            files.put(root.relativize(file).toString(), attributes.size());
            return FileVisitResult.CONTINUE;
          }
        });
    return files;
  }

  @Test
  void shouldNotSpendSpaceOnFilesThatAreTooMany() throws Exception {
    put("disk/a.img");
    put("disk/b.img");

    assertThat(copy(image, null).isSuccess()).isTrue();

    assertThat(files(target)).isEqualTo(Map.of("disk/a.img", 0L, "disk/b.img", 0L));
  }

  @Test
  void shouldTakeNoDiskThatIsTooLarge() throws Exception {
    put("disk/");
    Files.write(image.resolve("disk/a.img"), new byte[(int) BYTES_MAX]);
    assertThat(copy(image, "/disk/a.img").isSuccess()).isTrue();
    Files.delete(target.resolve("disk/a.img"));
    Files.delete(target.resolve("disk"));
    Files.write(image.resolve("disk/a.img"), new byte[(int) BYTES_MAX + 1]);

    Programs.Result result = copy(image, null);

    assertThat(result.isSuccess()).isFalse();
    assertThat(result.output())
        .isEqualTo("Expected /disk/a.img in the image to have at most 4096 bytes, but it has 4097");
    assertThat(files(target)).isEmpty();
  }

  @Test
  void shouldMakeNoMoreFilesThanItTakesToSeeThatTheyAreTooMany() throws Exception {
    for (int i = 0; i <= 1000; i++) {
      put("disk/" + i);
    }

    Programs.Result result = copy(image, null);

    assertThat(result.isSuccess()).isFalse();
    assertThat(result.output())
        .isEqualTo("Expected exactly one file in /disk of the image, but there are 1001");
    assertThat(files(target)).isEmpty();
  }

  @Test
  void shouldTakeNothingThatIsMountedIntoTheContainer() throws Exception {
    Programs.Result result = copy(Path.of("/"), "/proc/version");

    assertThat(result.isSuccess()).isTrue();
    assertThat(files(target)).isEmpty();
    assertThatThrownBy(
            () ->
                ImageFile.find(
                    target, new Options.ContainerDisk("root", Optional.of("/proc/version"))))
        .hasMessageContaining("expected a file at /proc/version in the image");
  }

  @Test
  void shouldShowThatAFileIsNotReadable() throws Exception {
    put("disk/a.img");
    Path file = image.resolve("disk/a.img");
    Files.setPosixFilePermissions(file, Set.of());
    assumeFalse(Files.isReadable(file), "Nothing is unreadable for this user");

    assertThat(copy(image, null).isSuccess()).isTrue();

    assertThat(target.resolve("disk/a.img")).isRegularFile();
    assertThat(Files.isReadable(target.resolve("disk/a.img"))).isFalse();
  }

  @Test
  void shouldFailWhenTheCopyIsNotWhole() throws Exception {
    put("disk/a.img");
    copyingBecomes("echo No space left on device >&2; exit 1");

    Programs.Result result = copy(image, null);

    assertThat(result.isSuccess()).isFalse();
    assertThat(result.output()).isEqualTo("No space left on device");
  }

  @Test
  void shouldEndAtOnceWhenThePodIsStopped() throws Exception {
    put("disk/a.img");
    copyingBecomes("echo copying; exec /bin/busybox sleep 60");
    Process process =
        new ProcessBuilder(
                BUSYBOX.toString(),
                "sh",
                tools.resolve("copy-disk").toString(),
                image.toString(),
                target.toString(),
                Long.toString(BYTES_MAX))
            .start();
    List<ProcessHandle> all = new ArrayList<>();
    try {
      assertThat(process.inputReader().readLine()).isEqualTo("copying");
      all.addAll(process.descendants().toList());

      process.destroy();

      assertThat(process.waitFor()).isEqualTo(143);
    } finally {
      all.forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}
