package io.vireo.cli.console;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The terminal without line editing and echo, until closed or until the process ends. */
public final class RawTerminal implements AutoCloseable {

  private static final Path DEVICE = Path.of("/dev/tty");

  private final String before;
  private final Thread hook;

  private RawTerminal(String before) {
    this.before = before;
    this.hook = new Thread(this::restore, "restore-terminal");
  }

  /** Sets the controlling terminal to raw. */
  public static RawTerminal enter() throws IOException, InterruptedException {
    if (!Files.isReadable(DEVICE)) {
      throw new IOException("Expected a terminal at " + DEVICE);
    }
    RawTerminal terminal = new RawTerminal(stty("-g").strip());
    Runtime.getRuntime().addShutdownHook(terminal.hook);
    stty("raw", "-echo");
    return terminal;
  }

  private static String stty(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("stty"));
    command.addAll(List.of(words));
    Process process =
        new ProcessBuilder(command)
            .redirectInput(new File(DEVICE.toString()))
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    if (process.waitFor() != 0) {
      throw new IOException("Expected stty to set the terminal, but it said: " + output.strip());
    }
    return output;
  }

  private void restore() {
    try {
      stty(before);
    } catch (IOException e) {
      System.err.println("The terminal is still raw; to restore it: stty sane");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    restore();
    Runtime.getRuntime().removeShutdownHook(hook);
  }
}
