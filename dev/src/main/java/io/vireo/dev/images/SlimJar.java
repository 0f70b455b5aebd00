package io.vireo.dev.images;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** A jar without the native code of other machines, which is most of some. */
final class SlimJar {

  private static final Pattern NATIVE = Pattern.compile(".*\\.(so|dll|jnilib|dylib|a)");
  private static final Pattern AMD64 = Pattern.compile(".*(linux[-_/]?(x86[-_])?64|linux/amd64).*");
  private static final Pattern ARM64 = Pattern.compile(".*linux[-_/](aarch[-_]?64|arm64).*");

  private SlimJar() {}

  /** Whether an entry is of use on Linux with glibc. */
  static boolean keeps(String entry, String architecture) {
    String name = entry.toLowerCase(Locale.ROOT);
    if (!NATIVE.matcher(name).matches()) {
      return true;
    }
    Pattern wanted = architecture.equals("arm64") ? ARM64 : AMD64;
    return wanted.matcher(name).matches() && !name.contains("musl") && !name.contains("android");
  }

  /** The jar itself when nothing has to go, otherwise a copy in the folder. */
  static Path of(Path jar, Path folder) throws IOException {
    String architecture = ImageStore.architecture();
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      if (zip.stream().allMatch(entry -> keeps(entry.getName(), architecture))) {
        return jar;
      }
      Path slim = folder.resolve(jar.getFileName());
      try (ZipOutputStream out =
          new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(slim)))) {
        Enumeration<? extends ZipEntry> entries = zip.entries();
        while (entries.hasMoreElements()) {
          ZipEntry entry = entries.nextElement();
          if (keeps(entry.getName(), architecture)) {
            copy(zip, entry, out);
          }
        }
      }
      return slim;
    }
  }

  private static void copy(ZipFile zip, ZipEntry entry, ZipOutputStream out) throws IOException {
    ZipEntry fresh = new ZipEntry(entry.getName());
    // The same jar gives the same bytes.
    fresh.setTime(entry.getTime());
    out.putNextEntry(fresh);
    try (InputStream content = zip.getInputStream(entry)) {
      content.transferTo(out);
    }
    out.closeEntry();
  }
}
