package io.vireo.cli.console;

import io.vireo.dev.stack.StackFile;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One connection to a guest's serial console. */
public final class ConsoleClient implements AutoCloseable {

  private static final Duration CONNECT_MAX = Duration.ofSeconds(10);
  private static final long SEND_MAX_SECONDS = 10;

  private final HttpClient http;
  private final WebSocket socket;
  private final CompletableFuture<String> end;

  private ConsoleClient(HttpClient http, WebSocket socket, CompletableFuture<String> end) {
    this.http = http;
    this.socket = socket;
    this.end = end;
  }

  /**
   * Connects; an earlier client of the same console is put off.
   *
   * @param output takes what the guest prints, on a thread of the connection's
   */
  public static ConsoleClient connect(StackFile.Node node, String uid, Consumer<byte[]> output)
      throws IOException, InterruptedException {
    String token = Files.readString(Path.of(node.consoleTokenFile())).strip();
    CompletableFuture<String> end = new CompletableFuture<>();
    HttpClient http = HttpClient.newBuilder().connectTimeout(CONNECT_MAX).build();
    try {
      WebSocket socket =
          http.newWebSocketBuilder()
              .connectTimeout(CONNECT_MAX)
              .header("Authorization", "Bearer " + token)
              .buildAsync(
                  URI.create("ws://" + node.consoleAddress() + "/v1/vmis/" + uid + "/console"),
                  new Receiver(output, end))
              .join();
      return new ConsoleClient(http, socket, end);
    } catch (CompletionException e) {
      http.shutdownNow();
      throw new IOException(
          "Expected a console at " + node.consoleAddress() + ", but " + why(e.getCause()), e);
    }
  }

  private static String why(@Nullable Throwable cause) {
    if (cause == null) {
      return "it could not be reached";
    }
    if (cause instanceof WebSocketHandshakeException refused) {
      return "the node answered " + refused.getResponse().statusCode();
    }
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }

  /** Types. */
  public void send(byte[] bytes) throws IOException, InterruptedException {
    try {
      socket.sendBinary(ByteBuffer.wrap(bytes), true).get(SEND_MAX_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("Expected the console to take what was typed", e);
    }
  }

  /** Completed with the reason when the other side ends it. */
  public CompletableFuture<String> end() {
    return end.copy();
  }

  @Override
  public void close() {
    socket.abort();
    http.shutdownNow();
  }

  /** Puts the frames' bytes through. */
  private record Receiver(Consumer<byte[]> output, CompletableFuture<String> end)
      implements WebSocket.Listener {

    @Override
    public CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
      byte[] bytes = new byte[data.remaining()];
      data.get(bytes);
      output.accept(bytes);
      webSocket.request(1);
      return CompletableFuture.completedStage(true);
    }

    @Override
    public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
      output.accept(data.toString().getBytes(StandardCharsets.UTF_8));
      webSocket.request(1);
      return CompletableFuture.completedStage(true);
    }

    @Override
    public CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
      end.complete(reason.isEmpty() ? "the connection was closed with " + statusCode : reason);
      return CompletableFuture.completedStage(true);
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
      end.complete("the connection broke: " + why(error));
    }
  }
}
