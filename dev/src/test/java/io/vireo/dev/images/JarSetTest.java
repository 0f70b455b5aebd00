package io.vireo.dev.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JarSetTest {

  private static final String JAR = "vireo-thing-" + VireoImage.version() + ".jar";

  @TempDir private Path folder;

  @Test
  void shouldNameTheJarsOfAPartInTheirOrder() throws IOException {
    jar("lib/z-1.jar:lib/a-2.jar\n");
    Files.createFile(folder.resolve("a-2.jar"));
    Files.createFile(folder.resolve("z-1.jar"));
    Files.createFile(folder.resolve("of-another-3.jar"));

    assertThat(JarSet.in(folder).runTime("vireo-thing"))
        .containsExactly(folder.resolve(JAR), folder.resolve("z-1.jar"), folder.resolve("a-2.jar"));
  }

  @Test
  void shouldNameTheJarThatIsMissing() throws IOException {
    jar("lib/z-1.jar");

    assertThatThrownBy(() -> JarSet.in(folder).runTime("vireo-thing"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("z-1.jar");
    assertThatThrownBy(() -> JarSet.in(folder).of("vireo-other"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("vireo-other-" + VireoImage.version() + ".jar");
  }

  @Test
  void shouldRefuseAPartThatDoesNotSayWhatItRunsWith() throws IOException {
    jar(null);

    assertThatThrownBy(() -> JarSet.in(folder).runTime("vireo-thing"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("META-INF/vireo/run-time-jars");
  }

  private void jar(String list) throws IOException {
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(folder.resolve(JAR)))) {
      out.putNextEntry(new ZipEntry("META-INF/MANIFEST.MF"));
      out.closeEntry();
      if (list != null) {
        out.putNextEntry(new ZipEntry("META-INF/vireo/run-time-jars"));
        out.write(list.getBytes(StandardCharsets.UTF_8));
        out.closeEntry();
      }
    }
  }
}
