package io.vireo.dev.nodeagent;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds device plugins by their sockets in {@code plugins_registry} and stays connected to them.
 */
final class DevicePlugins implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DevicePlugins.class);
  private static final long SWEEP_SECONDS = 2;

  private final Path folder;
  private final UnixSockets sockets;
  private final Devices devices;
  private final Runnable changed;
  private final WatchService watcher;
  private final Map<Path, PluginConnection> connections = new ConcurrentHashMap<>();

  /**
   * Begins to look.
   *
   * @param changed called when a plugin's devices changed
   */
  DevicePlugins(Path folder, UnixSockets sockets, Devices devices, Runnable changed)
      throws IOException {
    this.folder = Files.createDirectories(folder);
    this.sockets = sockets;
    this.devices = devices;
    this.changed = changed;
    this.watcher = FileSystems.getDefault().newWatchService();
    folder.register(
        watcher, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_DELETE);
    Thread.ofPlatform().daemon().name("device-plugins").start(this::run);
  }

  private void run() {
    try {
      while (true) {
        scan();
        WatchKey key = watcher.poll(SWEEP_SECONDS, TimeUnit.SECONDS);
        if (key != null) {
          key.pollEvents();
          key.reset();
        }
      }
    } catch (ClosedWatchServiceException e) {
      // The agent stops.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void scan() {
    Set<Path> found = new HashSet<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        if (!file.getFileName().toString().startsWith(".") && isSocket(file)) {
          found.add(file);
        }
      }
    } catch (IOException e) {
      LOG.atWarn().addKeyValue("folder", folder).setCause(e).log("Plugin folder not read");
      return;
    }
    for (Path socket : found) {
      connections.computeIfAbsent(
          socket,
          s -> {
            PluginConnection connection = new PluginConnection(s, sockets, devices, changed);
            connection.start();
            return connection;
          });
    }
    connections
        .entrySet()
        .removeIf(
            entry -> {
              boolean gone = !found.contains(entry.getKey());
              if (gone) {
                entry.getValue().close();
              }
              return gone;
            });
  }

  private static boolean isSocket(Path file) {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .isOther();
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    watcher.close();
    connections.values().forEach(PluginConnection::close);
  }
}
