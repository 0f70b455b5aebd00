package io.vireo.node.launcher;

import io.vireo.network.DescriptorSocket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All folders of this node and the launchers that dial in through them. Thread-safe. */
public final class LauncherHub implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(LauncherHub.class);
  private static final int CONNECTIONS_PER_FOLDER_MAX = 48;
  private static final long REFUSED_PAUSE_MS = 200;

  /** Longer than the pause of a launcher that dials again. */
  private static final Duration NAMELESS = Duration.ofSeconds(30);

  private final Path root;
  private final Function<String, Optional<PodName>> podOfDevice;
  private final SecureRandom random = new SecureRandom();
  private final AtomicLong sessions = new AtomicLong(System.currentTimeMillis());
  private final Map<String, Folder> folders = new ConcurrentHashMap<>();
  private final Map<Long, LauncherSession> connected = new ConcurrentHashMap<>();
  private volatile @Nullable LauncherListener listener;
  private volatile long namelessAtNanos = System.nanoTime() - NAMELESS.toNanos();

  /** A folder in use. */
  private static final class Folder {
    final DeviceFolder device;
    final AtomicInteger connections = new AtomicInteger();
    volatile @Nullable PodName pod;
    volatile @Nullable LauncherSession session;

    Folder(DeviceFolder device) {
      this.device = device;
    }
  }

  /**
   * @param root where the folders are; private to this executor
   * @param podOfDevice asks the kubelet whose a device is
   */
  public LauncherHub(Path root, Function<String, Optional<PodName>> podOfDevice)
      throws IOException {
    this.root = Files.createDirectories(root);
    this.podOfDevice = podOfDevice;
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx------"));
  }

  /** Listens in all folders that are there already; called once, before {@link #allocate}. */
  public synchronized void start(LauncherListener events) throws IOException {
    this.listener = events;
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(root)) {
      for (Path entry : entries) {
        if (Files.exists(entry.resolve("nonce"))) {
          listen(DeviceFolder.open(entry));
        }
      }
    }
  }

  /** A connected launcher. */
  public Optional<LauncherSession> session(long id) {
    return Optional.ofNullable(connected.get(id));
  }

  /**
   * Asks a launcher for the network namespace of its pod. The answer is the first message of what
   * is returned; it has the descriptors of the namespace and of {@code /dev/net/tun}.
   *
   * @throws IOException if it does not answer in time, or not with the folder's secret
   */
  public DescriptorSocket handOver(long session) throws IOException {
    Folder folder =
        folders.values().stream()
            .filter(candidate -> isOf(candidate, session))
            .findFirst()
            .orElseThrow(() -> new IOException("Expected the launcher to be connected"));
    return folder.device.handOver(
        () -> session(session).ifPresent(s -> s.send(Message.of("NETWORK"))));
  }

  private static boolean isOf(Folder folder, long session) {
    LauncherSession current = folder.session;
    return current != null && current.id() == session;
  }

  /** Whether a launcher with the right nonce dialled lately whose pod the kubelet did not name. */
  public boolean hasNameless() {
    return System.nanoTime() - namelessAtNanos < NAMELESS.toNanos();
  }

  /** A fresh folder for a device; the old one of the same device is gone before. */
  public synchronized Path allocate(String deviceId) throws IOException {
    Folder old = folders.remove(deviceId);
    if (old != null) {
      LauncherSession session = old.session;
      if (session != null) {
        session.close();
      }
      old.device.remove();
    }
    DeviceFolder device = DeviceFolder.create(root, deviceId, hex(6), hex(16));
    listen(device);
    return device.path();
  }

  private String hex(int bytes) {
    byte[] buffer = new byte[bytes];
    random.nextBytes(buffer);
    return HexFormat.of().formatHex(buffer);
  }

  private void listen(DeviceFolder device) {
    Folder folder = new Folder(device);
    folders.put(device.deviceId(), folder);
    Thread.ofVirtual().name("launchers-" + device.deviceId()).start(() -> acceptAll(folder));
  }

  private void acceptAll(Folder folder) {
    try {
      while (true) {
        SocketChannel channel = folder.device.server().accept();
        if (folder.connections.get() >= CONNECTIONS_PER_FOLDER_MAX) {
          channel.close();
          continue;
        }
        folder.connections.incrementAndGet();
        Thread.ofVirtual()
            .name("launcher-" + folder.device.deviceId())
            .start(() -> serve(folder, channel));
      }
    } catch (ClosedChannelException e) {
      // The folder was given up.
    } catch (IOException e) {
      log.atWarn()
          .setCause(e)
          .addKeyValue("device", folder.device.deviceId())
          .log("No launcher can dial in through this folder any more");
    }
  }

  private void serve(Folder folder, SocketChannel channel) {
    boolean handedOn = false;
    try {
      Message first = read(channel);
      if (first == null || !first.get("nonce").equals(folder.device.nonce())) {
        pause();
        return;
      }
      LauncherSession current = folder.session;
      switch (first.verb()) {
        case "HELLO" -> control(folder, channel, first);
        case "STREAM" -> handedOn = current != null && current.accept(first, channel);
        default -> pause();
      }
    } catch (IOException | IllegalArgumentException e) {
      log.atDebug().setCause(e).log("A launcher's connection ended");
    } finally {
      folder.connections.decrementAndGet();
      if (!handedOn) {
        closeQuietly(channel);
      }
    }
  }

  private void control(Folder folder, SocketChannel channel, Message hello) throws IOException {
    PodName pod = folder.pod;
    if (pod == null) {
      // One lookup an allocation: the kubelet answers 100 a second to the whole node.
      pod = podOfDevice.apply(folder.device.deviceId()).orElse(null);
      folder.pod = pod;
    }
    if (pod == null) {
      namelessAtNanos = System.nanoTime();
    }
    if (pod == null || !hello.get("epoch").matches("[0-9]{1,18}") || hello.get("uid").isEmpty()) {
      pause();
      return;
    }
    LauncherSession session =
        new LauncherSession(
            sessions.incrementAndGet(),
            hello.get("uid"),
            Long.parseLong(hello.get("epoch")),
            pod,
            channel);
    Thread writer = session.startWriting();
    if (folder.session == null) {
      // Once an allocation: how often a launcher dials again is its own choice.
      log.atInfo()
          .addKeyValue("pod", pod.namespace() + "/" + pod.name())
          .log("A launcher dialled in");
    }
    folder.session = session;
    connected.put(session.id(), session);
    LauncherListener events = Objects.requireNonNull(listener);
    events.connected(session, hello);
    try {
      for (Message message = read(channel); message != null; message = read(channel)) {
        events.received(session, message);
      }
    } finally {
      connected.remove(session.id());
      // It closes the connection with it, which has ended in any case.
      writer.interrupt();
      events.lost(session);
    }
  }

  /** A refused launcher dials again at once otherwise. */
  private static void pause() {
    try {
      Thread.sleep(REFUSED_PAUSE_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** One line, byte by byte: what follows a stream's first line is not ours. */
  private static @Nullable Message read(SocketChannel channel) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    ByteBuffer one = ByteBuffer.allocate(1);
    while (channel.read(one) == 1) {
      byte b = one.get(0);
      one.clear();
      if (b == '\n') {
        return Message.decode(line.toString(StandardCharsets.UTF_8));
      }
      if (line.size() >= Message.LENGTH_MAX) {
        throw new IOException("Expected a line of at most " + Message.LENGTH_MAX + " bytes");
      }
      line.write(b);
    }
    return null;
  }

  private static void closeQuietly(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // It is gone already.
    }
  }

  @Override
  public synchronized void close() {
    for (Folder folder : folders.values()) {
      LauncherSession session = folder.session;
      if (session != null) {
        session.close();
      }
      try {
        folder.device.close();
      } catch (IOException e) {
        log.atDebug().setCause(e).log("A folder's socket was closed already");
      }
    }
  }
}
