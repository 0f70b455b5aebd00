package io.vireo.launcher.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against sockets that answer as libvirtd does, otherwise, or not at all. */
class LibvirtdProbeTest {

  private static final String CALL = "0000001c" + "20008086" + "00000001" + "00000042";
  private static final String AS_CALL = "00000000" + "00000001" + "00000000";
  private static final String AS_REPLY = "00000001" + "00000001" + "00000000";

  @TempDir Path folder;

  private Path socket;
  private ServerSocketChannel server;

  @BeforeEach
  void listen() throws Exception {
    socket = folder.resolve("libvirt-sock");
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
  }

  @AfterEach
  void close() throws Exception {
    server.close();
  }

  private static long after(Duration time) {
    return System.nanoTime() + time.toNanos();
  }

  /** Reads one call and answers with these bytes, then closes. */
  private CompletableFuture<String> answering(String hex) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (SocketChannel client = server.accept()) {
            ByteBuffer call = ByteBuffer.allocate(28);
            while (call.hasRemaining() && client.read(call) >= 0) {
              continue;
            }
            client.write(ByteBuffer.wrap(HexFormat.of().parseHex(hex)));
            return HexFormat.of().formatHex(call.array());
          } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });
  }

  @Test
  void shouldTakeAReplyForAnAnswer() throws Exception {
    CompletableFuture<String> asked =
        answering("00000024" + CALL.substring(8) + AS_REPLY + "00000001" + "00000000");

    LibvirtdProbe.ask(socket, after(Duration.ofSeconds(60)));

    assertThat(asked.get()).isEqualTo(CALL + AS_CALL);
  }

  @Test
  void shouldNotTakeAnEchoForAnAnswer() {
    answering(CALL + AS_CALL);

    assertThatIOException()
        .isThrownBy(() -> LibvirtdProbe.ask(socket, after(Duration.ofSeconds(60))))
        .withMessageContaining("no libvirtd");
  }

  @Test
  void shouldNotWaitForTheRestOfAConnectionThatIsClosed() {
    answering(CALL);

    assertThatIOException()
        .isThrownBy(() -> LibvirtdProbe.ask(socket, after(Duration.ofSeconds(60))))
        .withMessageContaining("closed");
  }

  @Test
  void shouldEndWhenNobodyAnswers() {
    assertThatIOException()
        .isThrownBy(() -> LibvirtdProbe.ask(socket, after(Duration.ofMillis(50))))
        .withMessageContaining("does not answer");
  }
}
