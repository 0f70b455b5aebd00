package io.vireo.node;

import io.vireo.node.core.LaneEvent;
import io.vireo.node.core.VmRef;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands events to the loop. While the disk refuses what follows from one, it and those after it of
 * the same VM wait, in order: an event that is dropped would never come again.
 */
final class EventQueue {

  private static final Logger log = LoggerFactory.getLogger(EventQueue.class);
  private static final long RETRY_MS = 1000;

  private final Loop loop;
  private final BiConsumer<VmRef, LaneEvent> process;
  private final Consumer<IOException> problem;
  private final Map<String, Deque<LaneEvent>> stuck = new HashMap<>();

  EventQueue(Loop loop, BiConsumer<VmRef, LaneEvent> process, Consumer<IOException> problem) {
    this.loop = loop;
    this.process = process;
    this.problem = problem;
  }

  /** Any thread may call. */
  void post(VmRef vm, LaneEvent event) {
    loop.execute(() -> take(vm, event));
  }

  /** Whether something of this VM waits; on the loop. */
  boolean isStuck(String uid) {
    return stuck.containsKey(uid);
  }

  private void take(VmRef vm, LaneEvent event) {
    Deque<LaneEvent> before = stuck.get(vm.uid());
    if (before != null) {
      before.add(event);
    } else if (!isProcessed(vm, event)) {
      stuck.computeIfAbsent(vm.uid(), uid -> new ArrayDeque<>()).add(event);
      loop.schedule(() -> retry(vm), RETRY_MS);
    }
  }

  private void retry(VmRef vm) {
    Deque<LaneEvent> events = stuck.get(vm.uid());
    while (events != null && !events.isEmpty()) {
      if (!isProcessed(vm, events.element())) {
        loop.schedule(() -> retry(vm), RETRY_MS);
        return;
      }
      events.remove();
    }
    stuck.remove(vm.uid());
  }

  private boolean isProcessed(VmRef vm, LaneEvent event) {
    try {
      process.accept(vm, event);
      return true;
    } catch (UncheckedIOException e) {
      problem.accept(Objects.requireNonNull(e.getCause()));
      return false;
    } catch (RuntimeException e) {
      log.atError().setCause(e).addKeyValue("vm", vm.uid()).log("An event was not processed");
      return true;
    }
  }
}
