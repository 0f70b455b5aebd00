package io.vireo.node.console;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.ServerWebSocketHandshake;
import io.vireo.node.launcher.LauncherSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serial consoles: {@code GET /v1/vmis/<uid>/console} upgraded to a WebSocket whose binary frames
 * are the console's bytes. {@code Authorization: Bearer <token>}. The newest client wins.
 */
public final class ConsoleServer implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ConsoleServer.class);
  private static final String PREFIX = "/v1/vmis/";
  private static final String SUFFIX = "/console";
  private static final int BUFFER_BYTES = 4096;
  private static final int TOKEN_BYTES = 32;

  private final Vertx vertx;
  private final HttpServer server;
  private final byte[] token;
  private final Function<String, @Nullable LauncherSession> launcherOf;
  private final Log record;
  private final Map<String, ServerWebSocket> open = new ConcurrentHashMap<>();

  /** Puts openings and closings on record. */
  @FunctionalInterface
  public interface Log {
    void console(String vmiUid, boolean opened, String client);
  }

  private ConsoleServer(
      Vertx vertx,
      HttpServer server,
      byte[] token,
      Function<String, @Nullable LauncherSession> launcherOf,
      Log record) {
    this.vertx = vertx;
    this.server = server;
    this.token = token;
    this.launcherOf = launcherOf;
    this.record = record;
  }

  /**
   * Listens.
   *
   * @param tokenFile holds the token; made with a random one, for its owner only, if missing
   */
  public static ConsoleServer start(
      String host,
      int port,
      Path tokenFile,
      Function<String, @Nullable LauncherSession> launcherOf,
      Log record)
      throws IOException, InterruptedException {
    byte[] token = token(tokenFile).getBytes(StandardCharsets.UTF_8);
    Vertx vertx = Vertx.vertx(new io.vertx.core.VertxOptions().setEventLoopPoolSize(1));
    HttpServer http = vertx.createHttpServer();
    ConsoleServer console = new ConsoleServer(vertx, http, token, launcherOf, record);
    http.requestHandler(request -> request.response().setStatusCode(404).end());
    http.webSocketHandshakeHandler(console::handshake);
    http.webSocketHandler(console::serve);
    try {
      http.listen(port, host).toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      vertx.close();
      throw new IOException("Expected to listen on " + host + ":" + port, e);
    }
    return console;
  }

  private static String token(Path file) throws IOException {
    if (Files.notExists(file)) {
      byte[] random = new byte[TOKEN_BYTES];
      new SecureRandom().nextBytes(random);
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(file, HexFormat.of().formatHex(random));
    }
    return Files.readString(file).strip();
  }

  private void handshake(ServerWebSocketHandshake handshake) {
    String header = handshake.headers().get("Authorization");
    byte[] given =
        header != null && header.startsWith("Bearer ")
            ? header.substring("Bearer ".length()).getBytes(StandardCharsets.UTF_8)
            : new byte[0];
    if (!MessageDigest.isEqual(given, token)) {
      handshake.reject(401);
    } else if (uid(handshake.path()) == null) {
      handshake.reject(404);
    } else {
      handshake.accept();
    }
  }

  private static @Nullable String uid(String path) {
    if (!path.startsWith(PREFIX) || !path.endsWith(SUFFIX)) {
      return null;
    }
    String uid = path.substring(PREFIX.length(), path.length() - SUFFIX.length());
    return uid.matches("[A-Za-z0-9-]{1,64}") ? uid : null;
  }

  private void serve(ServerWebSocket socket) {
    String uid = uid(socket.path());
    LauncherSession launcher = uid == null ? null : launcherOf.apply(uid);
    if (uid == null || launcher == null) {
      socket.close((short) 1011, "no launcher of this VMI is connected to this node");
      return;
    }
    ServerWebSocket before = open.put(uid, socket);
    if (before != null) {
      before.close((short) 1000, "another client took the console");
    }
    socket.pause();
    String client = String.valueOf(socket.remoteAddress());
    Thread.ofVirtual().name("console-" + uid).start(() -> carry(socket, uid, launcher, client));
  }

  private void carry(ServerWebSocket socket, String uid, LauncherSession launcher, String client) {
    try (SocketChannel channel = launcher.open("serial")) {
      record.console(uid, true, client);
      socket.handler(data -> write(channel, data));
      socket.closeHandler(closed -> closeQuietly(channel));
      socket.resume();
      ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
      while (channel.read(buffer) >= 0) {
        buffer.flip();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        buffer.clear();
        // Waited for, so that a client that does not read stops the guest's output, not our memory.
        socket
            .writeBinaryMessage(Buffer.buffer(bytes))
            .toCompletionStage()
            .toCompletableFuture()
            .get(60, TimeUnit.SECONDS);
      }
      socket.close((short) 1000, "the console ended");
    } catch (IOException | ExecutionException | TimeoutException e) {
      log.atDebug().setCause(e).log("A console ended");
      socket.close((short) 1011, "the console cannot be opened");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(uid, socket);
      record.console(uid, false, client);
    }
  }

  /** The serial port takes what a person types; a socket's buffer holds more than that. */
  private static void write(SocketChannel channel, Buffer data) {
    ByteBuffer bytes = ByteBuffer.wrap(data.getBytes());
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      closeQuietly(channel);
    }
  }

  private static void closeQuietly(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // It is gone already.
    }
  }

  @Override
  public void close() {
    server.close();
    vertx.close();
  }
}
