package io.vireo.dev.nodeagent;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Notices at once what happens to attempts that an earlier agent started: their processes are not
 * this one's children, so it cannot wait for them, but their shims leave files.
 */
final class ExitWatch implements AutoCloseable {

  /** For a shim that was killed and left no file. */
  private static final long SWEEP_SECONDS = 2;

  private final WatchService watcher;
  private final Map<WatchKey, Runnable> actions = new ConcurrentHashMap<>();

  ExitWatch() throws IOException {
    watcher = FileSystems.getDefault().newWatchService();
    Thread.ofPlatform().daemon().name("exit-watch").start(this::run);
  }

  /** Calls the action now and whenever a file appears in the attempt's folder. */
  void add(Attempt attempt, Runnable action) throws IOException {
    WatchKey key = attempt.folder().register(watcher, StandardWatchEventKinds.ENTRY_CREATE);
    actions.put(key, action);
    // What appeared before the watch began.
    action.run();
  }

  private void run() {
    try {
      while (true) {
        WatchKey key = watcher.poll(SWEEP_SECONDS, TimeUnit.SECONDS);
        if (key == null) {
          actions.values().forEach(Runnable::run);
          continue;
        }
        key.pollEvents();
        Runnable action = actions.get(key);
        if (action != null) {
          action.run();
        }
        if (!key.reset()) {
          actions.remove(key);
        }
      }
    } catch (ClosedWatchServiceException e) {
      // The agent stops.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    watcher.close();
  }
}
