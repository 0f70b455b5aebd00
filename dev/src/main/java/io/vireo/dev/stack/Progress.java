package io.vireo.dev.stack;

import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/** Tells people what takes how long. */
final class Progress {

  private static final double NANOS = 1e9;

  private final Consumer<String> lines;

  Progress(Consumer<String> lines) {
    this.lines = lines;
  }

  /** An action that may fail. */
  interface Step {
    void run() throws Exception;
  }

  void line(String text) {
    lines.accept(text);
  }

  void step(String what, Step step) throws Exception {
    get(
        what,
        () -> {
          step.run();
          return true;
        });
  }

  <T> T get(String what, Callable<T> step) throws Exception {
    long begin = System.nanoTime();
    T result = step.call();
    lines.accept(
        String.format(Locale.ROOT, "%s ... %.1f s", what, (System.nanoTime() - begin) / NANOS));
    return result;
  }
}
