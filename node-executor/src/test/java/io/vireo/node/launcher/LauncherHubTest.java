package io.vireo.node.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Launchers over real sockets, some of them hostile. */
@Timeout(30)
class LauncherHubTest {

  private static final PodName POD = new PodName("default", "virt-launcher-a-1");

  @TempDir private Path folder;
  private final Map<String, PodName> pods = new HashMap<>();
  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
  private final List<SocketChannel> open = new ArrayList<>();
  private LauncherHub hub;

  @BeforeEach
  void start() throws IOException {
    hub = new LauncherHub(folder.resolve("d"), device -> Optional.ofNullable(pods.get(device)));
    hub.start(
        new LauncherListener() {
          @Override
          public void connected(Launcher launcher, Message hello) {
            told.add("connected " + launcher.uid() + " " + launcher.pod().name());
          }

          @Override
          public void received(Launcher launcher, Message message) {
            told.add("received " + message.verb());
            launcher.send(Message.of("ACK"));
          }

          @Override
          public void lost(Launcher launcher) {
            told.add("lost " + launcher.uid());
          }
        });
    pods.put("d0", POD);
  }

  @AfterEach
  void stop() throws IOException {
    for (SocketChannel channel : open) {
      channel.close();
    }
    hub.close();
  }

  private SocketChannel dial(Path device) throws IOException {
    SocketChannel channel =
        SocketChannel.open(UnixDomainSocketAddress.of(device.resolve("executor.sock")));
    open.add(channel);
    return channel;
  }

  private static void write(SocketChannel channel, String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static String nonce(Path device) throws IOException {
    return Files.readString(device.resolve("nonce")).strip();
  }

  private static String hello(String nonce, String uid) {
    return "HELLO nonce=" + nonce + " uid=" + uid + " epoch=1\n";
  }

  private String next() throws InterruptedException {
    return String.valueOf(told.poll(10, TimeUnit.SECONDS));
  }

  /** Reads until the other side has closed. */
  private static boolean isClosed(SocketChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(4096);
    try {
      while (channel.read(bytes) >= 0) {
        bytes.clear();
      }
      return true;
    } catch (IOException e) {
      return true;
    }
  }

  @Test
  void shouldKnowALauncherByItsFolder() throws Exception {
    Path device = hub.allocate("d0");

    write(dial(device), hello(nonce(device), "u1"));

    assertThat(next()).isEqualTo("connected u1 virt-launcher-a-1");
  }

  @Test
  void shouldRefuseAStaleNonce() throws Exception {
    String stale = nonce(hub.allocate("d0"));
    Path device = hub.allocate("d0");

    SocketChannel channel = dial(device);
    write(channel, hello(stale, "u1"));

    assertThat(isClosed(channel)).isTrue();
    assertThat(told).isEmpty();
  }

  @Test
  void shouldRefuseANonceThatWasStolenFromAnotherPod() throws Exception {
    pods.put("d1", new PodName("default", "virt-launcher-b-1"));
    Path victim = hub.allocate("d0");
    Path thief = hub.allocate("d1");

    SocketChannel channel = dial(thief);
    write(channel, hello(nonce(victim), "u1"));

    assertThat(isClosed(channel)).isTrue();
    assertThat(told).isEmpty();
  }

  @Test
  void shouldCutOffTheLastPodOfADevice() throws Exception {
    Path old = hub.allocate("d0");
    SocketChannel last = dial(old);
    write(last, hello(nonce(old), "u1"));
    assertThat(next()).startsWith("connected u1");

    Path device = hub.allocate("d0");

    assertThat(isClosed(last)).isTrue();
    assertThat(next()).isEqualTo("lost u1");
    assertThatThrownBy(() -> dial(old)).isInstanceOf(IOException.class);
    assertThat(device).isNotEqualTo(old);
  }

  @Test
  void shouldNotKnowALauncherWhosePodTheKubeletDoesNotName() throws Exception {
    pods.clear();
    Path device = hub.allocate("d0");

    SocketChannel channel = dial(device);
    write(channel, hello(nonce(device), "u1"));

    assertThat(isClosed(channel)).isTrue();
    assertThat(told).isEmpty();
    assertThat(hub.hasNameless()).isTrue();
  }

  @Test
  void shouldEndAConnectionThatSpeaksGarbage() throws Exception {
    Path device = hub.allocate("d0");
    for (String garbage :
        List.of(
            "\u0000\u0001\u00ff\n",
            "GET / HTTP/1.1\r\n",
            "\n",
            "HELLO =x\n",
            "HELLO nonce=%zz\n")) {
      SocketChannel channel = dial(device);
      write(channel, garbage);
      assertThat(isClosed(channel)).as(garbage).isTrue();
    }

    write(dial(device), hello(nonce(device), "u1"));

    assertThat(next()).startsWith("connected u1");
  }

  @Test
  void shouldEndALineThatNeverEnds() throws Exception {
    Path device = hub.allocate("d0");
    SocketChannel channel = dial(device);
    write(channel, hello(nonce(device), "u1"));
    assertThat(next()).startsWith("connected u1");

    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 1000; i++) {
                write(channel, "x".repeat(Message.LENGTH_MAX));
              }
            })
        .isInstanceOf(IOException.class);

    assertThat(next()).isEqualTo("lost u1");
  }

  @Test
  void shouldTakeNoStreamThatNobodyAskedFor() throws Exception {
    Path device = hub.allocate("d0");
    write(dial(device), hello(nonce(device), "u1"));
    assertThat(next()).startsWith("connected u1");

    for (int i = 0; i < 1000; i++) {
      SocketChannel stream = dial(device);
      write(stream, "STREAM nonce=" + nonce(device) + " id=" + i + "\n");
      assertThat(isClosed(stream)).isTrue();
      stream.close();
    }

    assertThat(told).isEmpty();
  }

  @Test
  void shouldTakeSoManyConnectionsOfOnePodAndLeaveThoseOfOthersAlone() throws Exception {
    pods.put("d1", new PodName("default", "virt-launcher-b-1"));
    Path hostile = hub.allocate("d0");
    Path other = hub.allocate("d1");
    List<SocketChannel> silent = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      silent.add(dial(hostile));
    }

    write(dial(other), hello(nonce(other), "u2"));

    assertThat(next()).startsWith("connected u2");
    assertThat(isClosed(silent.getLast())).isTrue();
  }

  @Test
  void shouldNotWaitForALauncherThatAsksAndDoesNotRead() throws Exception {
    pods.put("d1", new PodName("default", "virt-launcher-b-1"));
    Path hostile = hub.allocate("d0");
    Path other = hub.allocate("d1");
    SocketChannel channel = dial(hostile);
    write(channel, hello(nonce(hostile), "u1"));
    assertThat(next()).startsWith("connected u1");

    // Each is answered, until the answers fill the socket and what is kept of them.
    assertThatThrownBy(
            () -> {
              while (true) {
                write(channel, "ASK\n".repeat(1000));
                told.clear();
              }
            })
        .isInstanceOf(IOException.class);

    write(dial(other), hello(nonce(other), "u2"));
    String seen = next();
    while (!seen.startsWith("connected u2")) {
      assertThat(seen).isNotEqualTo("null");
      seen = next();
    }
  }

  @Test
  void shouldListenAgainInFoldersOfAnEarlierExecutor() throws Exception {
    Path device = hub.allocate("d0");
    hub.close();
    start();

    write(dial(device), hello(nonce(device), "u1"));

    assertThat(next()).startsWith("connected u1");
  }
}
