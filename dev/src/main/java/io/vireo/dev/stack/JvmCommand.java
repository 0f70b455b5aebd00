package io.vireo.dev.stack;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Command lines for other JVMs: the same Java and the same class path as this one. */
public final class JvmCommand {

  /** Many small JVMs share two processors: what starts fast beats what peaks high. */
  public static final List<String> FLAGS =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-Djna.encoding=UTF-8");

  /** Names the file with classes that are loaded and linked already; see {@link Training}. */
  private static final String AOT_CACHE = "vireo.aot.cache";

  private JvmCommand() {}

  /** A JVM with the flags of all, then these, that runs this class. */
  public static List<String> of(String mainClass, List<String> flags, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home", "/usr"), "bin", "java").toString());
    command.addAll(FLAGS);
    // What this JVM was given by the vireo script, if it was.
    String cache = System.getProperty(AOT_CACHE);
    if (cache != null) {
      command.addAll(List.of("-XX:AOTCache=" + cache, "-Xlog:aot*=off"));
      command.add("-D" + AOT_CACHE + "=" + cache);
    }
    command.addAll(flags);
    command.add("-cp");
    command.add(classPath());
    command.add(mainClass);
    command.addAll(arguments);
    return List.copyOf(command);
  }

  /** Absolute, since the other JVM may run elsewhere. */
  private static String classPath() {
    return Stream.of(System.getProperty("java.class.path", "").split(File.pathSeparator, -1))
        .filter(entry -> !entry.isEmpty())
        .map(entry -> Path.of(entry).toAbsolutePath().normalize().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }
}
