package io.vireo.dev.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SlimJarTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          librocksdbjni-linux64.so,                               true,  false
          librocksdbjni-linux64-musl.so,                          false, false
          librocksdbjni-linux32.so,                               false, false
          librocksdbjni-linux-aarch64.so,                         false, true
          librocksdbjni-linux-ppc64le.so,                         false, false
          librocksdbjni-linux-riscv64.so,                         false, false
          librocksdbjni-osx-arm64.jnilib,                         false, false
          librocksdbjni-win64.dll,                                false, false
          linux/amd64/libzstd-jni-1.5.6-10.so,                    true,  false
          linux/loongarch64/libzstd-jni-1.5.6-10.so,              false, false
          freebsd/amd64/libzstd-jni-1.5.6-10.so,                  false, false
          org/xerial/snappy/native/Linux/x86_64/libsnappyjava.so, true,  false
          org/xerial/snappy/native/Linux/x86/libsnappyjava.so,    false, false
          org/xerial/snappy/native/Linux/aarch64/libsnappyjava.so, false, true
          org/xerial/snappy/native/Linux/android-aarch64/libsnappyjava.so, false, false
          com/sun/jna/linux-x86-64/libjnidispatch.so,             true,  false
          com/sun/jna/sunos-x86-64/libjnidispatch.so,             false, false
          org/rocksdb/RocksDB.class,                              true,  true
          META-INF/MANIFEST.MF,                                   true,  true
          """)
  void shouldKeepTheNativeCodeOfThisKindOfMachine(String entry, boolean amd64, boolean arm64) {
    assertThat(SlimJar.keeps(entry, "amd64")).isEqualTo(amd64);
    assertThat(SlimJar.keeps(entry, "arm64")).isEqualTo(arm64);
  }

  @Test
  void shouldCopyOnlyWhatHasSomethingToLose() throws IOException {
    Path plain = jar("plain.jar", "a/B.class");
    Path fat = jar("fat.jar", "a/B.class", "win64.dll");
    Path work = Files.createDirectory(folder.resolve("work"));

    assertThat(SlimJar.of(plain, work)).isEqualTo(plain);
    Path slim = SlimJar.of(fat, work);

    assertThat(slim).isEqualTo(work.resolve("fat.jar"));
    try (ZipFile zip = new ZipFile(slim.toFile())) {
      assertThat(zip.stream().map(ZipEntry::getName)).containsExactly("a/B.class");
      assertThat(zip.getInputStream(zip.getEntry("a/B.class"))).hasContent("content of a/B.class");
    }
    assertThat(Files.readAllBytes(slim))
        .isEqualTo(Files.readAllBytes(SlimJar.of(fat, folder("2"))));
  }

  private Path folder(String name) throws IOException {
    return Files.createDirectory(folder.resolve(name));
  }

  private Path jar(String name, String... entries) throws IOException {
    Path file = folder.resolve(name);
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
      for (String entry : entries) {
        out.putNextEntry(new ZipEntry(entry));
        out.write(("content of " + entry).getBytes(java.nio.charset.StandardCharsets.UTF_8));
        out.closeEntry();
      }
    }
    return file;
  }
}
