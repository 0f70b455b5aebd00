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
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!text().contains("login:")) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("Expected a login prompt, but saw: " + text());
      }
      Thread.sleep(3000);
      if (!text().contains("login:")) {
        type("");
      }
    }
    type("root");
    await("#");
  }

  @Override
  public void close() {
    socket.abort();
    http.close();
  }
}
