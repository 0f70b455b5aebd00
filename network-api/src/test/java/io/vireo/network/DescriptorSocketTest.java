package io.vireo.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DescriptorSocketTest {

  private static final long TIMEOUT_MS = 5000;

  @TempDir private Path folder;

  @BeforeEach
  void needsLinux() {
    assumeTrue(System.getProperty("os.name").equals("Linux"), "system calls of Linux");
  }

  private interface Talk {
    void over(DescriptorSocket left, DescriptorSocket right) throws IOException;
  }

  private void connected(Talk talk) throws IOException {
    Path path = folder.resolve("s");
    try (DescriptorSocket server = DescriptorSocket.listen(path)) {
      CompletableFuture<DescriptorSocket> dialled =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return DescriptorSocket.connect(path, TIMEOUT_MS);
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      try (DescriptorSocket right = server.accept();
          DescriptorSocket left = dialled.join()) {
        right.timeout(TIMEOUT_MS);
        talk.over(left, right);
      }
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void shouldCarryDescriptorsThatTheOtherEndOwns() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "content");
    connected(
        (left, right) -> {
          try (Descriptor one = Descriptor.openForReading(file);
              Descriptor two = Descriptor.openForReading(Path.of("/dev/null"))) {
            left.send(bytes("two"), List.of(one, two));
          }
          try (DescriptorSocket.Received received = right.receive()) {
            assertThat(received.bytes()).isEqualTo(bytes("two"));
            assertThat(received.descriptors()).hasSize(2);
            // What was sent is open here although the sender has closed it.
            assertThat(
                    Files.readString(
                        Path.of("/proc/self/fd/" + received.descriptors().getFirst().number())))
                .isEqualTo("content");
          }
        });
  }

  @Test
  void shouldKeepMessagesApartAndKnowWhoSpeaks() throws IOException {
    connected(
        (left, right) -> {
          left.send(bytes("a"), List.of());
          left.send(bytes("b"), List.of());
          assertThat(right.receive().bytes()).isEqualTo(bytes("a"));
          assertThat(right.receive().bytes()).isEqualTo(bytes("b"));
          Object user = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
          assertThat(right.peerUser()).isEqualTo(user);
          left.close();
          assertThatThrownBy(right::receive)
              .isInstanceOf(IOException.class)
              .hasMessageContaining("closed");
        });
  }

  @Test
  void shouldRefuseWhatIsTooMuch() throws IOException {
    connected(
        (left, right) -> {
          assertThatThrownBy(() -> left.send(new byte[DescriptorSocket.BYTES_MAX + 1], List.of()))
              .hasMessageContaining("at most");
          List<Descriptor> many = new ArrayList<>();
          for (int i = 0; i <= DescriptorSocket.DESCRIPTORS_MAX; i++) {
            many.add(Descriptor.openForReading(Path.of("/dev/null")));
          }
          assertThatThrownBy(() -> left.send(bytes("x"), many)).hasMessageContaining("at most");
          many.forEach(Descriptor::close);
        });
  }

  @Test
  void shouldNotLeakDescriptors() throws IOException {
    long before = open();
    for (int i = 0; i < 50; i++) {
      connected(
          (left, right) -> {
            try (Descriptor one = Descriptor.openForReading(Path.of("/dev/null"))) {
              left.send(bytes("x"), List.of(one));
            }
            right.receive().close();
          });
      Files.delete(folder.resolve("s"));
    }
    assertThat(open()).isLessThan(before + 20);
  }

  private static long open() throws IOException {
    try (var files = Files.list(Path.of("/proc/self/fd"))) {
      return files.count();
    }
  }

  @Test
  void shouldGiveUpWaitingInTime() throws IOException {
    connected(
        (left, right) -> {
          right.timeout(50);
          assertThatThrownBy(right::receive)
              .isInstanceOfSatisfying(
                  SystemCallException.class, e -> assertThat(e.isTimeout()).isTrue());
        });
    assertThatThrownBy(() -> DescriptorSocket.connect(folder.resolve("none"), 50))
        .hasMessageContaining("no such file");
    assertThatThrownBy(() -> DescriptorSocket.listen(folder.resolve("x".repeat(120))))
        .hasMessageContaining("107");
  }
}
