package io.vireo.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files beside a test. {@code -Dvireo.golden.update=true} writes what was expected anew. */
final class Golden {

  private Golden() {}

  static String text(Class<?> test, String name) throws IOException {
    try (InputStream in = test.getResourceAsStream(name)) {
      assertThat(in).as("resource %s", name).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  static void check(Class<?> test, String name, String actual) throws IOException {
    if (Boolean.getBoolean("vireo.golden.update")) {
      Files.writeString(
          Path.of("src/test/resources", test.getPackageName().replace('.', '/'), name),
          actual.strip() + "\n");
      return;
    }
    assertThat(actual.strip()).as(name).isEqualTo(text(test, name).strip());
  }
}
