package io.vireo.ingest;

import io.vireo.ingest.core.SecretHash;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;

/**
 * The key that hashes secrets. It is kept, so that a restart does not make every VMI look changed.
 */
final class HashKeyFile {

  private static final int KEY_BYTES = 32;

  private HashKeyFile() {}

  static byte[] readOrCreate(Path file) throws IOException {
    if (!Files.exists(file)) {
      create(file);
    }
    byte[] key = Files.readAllBytes(file);
    if (key.length < SecretHash.KEY_BYTES_MIN) {
      throw new IOException(
          "Expected at least "
              + SecretHash.KEY_BYTES_MIN
              + " bytes in "
              + file
              + ", but it has "
              + key.length);
    }
    return key;
  }

  private static void create(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IOException("Expected a file, but got " + file);
    }
    Files.createDirectories(folder);
    byte[] key = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(key);
    Path fresh =
        Files.createTempFile(
            folder,
            ".hash-key",
            "",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.write(fresh, key);
    try {
      // A half-written key under the final name would be taken for the key at the next start.
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileAlreadyExistsException e) {
      Files.deleteIfExists(fresh);
    }
  }
}
