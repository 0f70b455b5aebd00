package io.vireo.dev.stack;

import java.time.Duration;
import java.util.Optional;

/** Runs components, in this JVM or each in its own. */
interface ComponentRunner {

  /** Starts; the component may still be on its way when this returns. */
  void start(ComponentSpec spec) throws Exception;

  /** Stops; a node ends its pods first. Does nothing when the component does not run. */
  void stop(String name, Duration max) throws Exception;

  /** The process in which the component runs. */
  long pid(String name);

  /** Where it logs. */
  String log(String name);

  /** Why the component cannot come up any more, if so. */
  Optional<String> failure(String name);
}
