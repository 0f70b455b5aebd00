package io.vireo.e2e;

import io.vireo.dev.stack.StackFile;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A guest's serial console through its node's executor, as {@code vireo console} uses it. */
final class Console implements AutoCloseable, WebSocket.Listener {

  private static final Duration LOGIN_MAX = Duration.ofSeconds(60);
  private static final Duration PRESS_EVERY = Duration.ofSeconds(2);
  private static final Duration LOOK = Duration.ofMillis(50);

  private final StringBuffer text = new StringBuffer();
  private final HttpClient http = HttpClient.newHttpClient();
  private final WebSocket socket;

  Console(StackFile stack, String node, String uid) throws Exception {
    StackFile.Node executor =
        stack.nodes().stream().filter(n -> n.name().equals(node)).findFirst().orElseThrow();
    String token = Files.readString(Path.of(executor.consoleTokenFile())).strip();
    this.socket =
        http.newWebSocketBuilder()
            .header("Authorization", "Bearer " + token)
            .buildAsync(
                URI.create("ws://" + executor.consoleAddress() + "/v1/vmis/" + uid + "/console"),
                this)
            .get();
  }

  @Override
  public @Nullable CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
    text.append(StandardCharsets.UTF_8.decode(data));
    webSocket.request(1);
    return null;
  }

  void type(String line) {
    socket.sendBinary(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)), true).join();
  }

  String text() {
    return text.toString();
  }

  void await(String what) throws Exception {
    await(what, Duration.ofSeconds(60));
  }

  void await(String what, Duration max) throws Exception {
    Await.until("'" + what + "' on the console", max, this::text, all -> all.contains(what));
  }

  /** Logs in; the prompt may have been printed before anybody listened. */
  void logIn() throws Exception {
    long deadline = System.nanoTime() + LOGIN_MAX.toNanos();
    long nextPress = System.nanoTime();
    while (!text().contains("login:")) {
      long now = System.nanoTime();
      if (now > deadline) {
        throw new AssertionError("Expected a login prompt, but saw: " + text());
      }
      if (now >= nextPress) {
        // An empty answer repeats it.
        type("");
        nextPress = now + PRESS_EVERY.toNanos();
      }
      Thread.sleep(LOOK);
    }
    int from = text().length();
    type("root");
    // What is typed before there is a shell is lost, and the kernel too has printed a "#".
    Await.until(
        "the prompt of a shell on the console",
        LOGIN_MAX,
        () -> text().substring(from),
        said -> said.contains("# "));
  }

  @Override
  public void close() {
    socket.abort();
    http.close();
  }
}
