package io.vireo.node;

import io.vireo.node.core.LaneEvent;
import io.vireo.node.core.LaneState;
import io.vireo.node.core.Link;
import io.vireo.node.core.VmRef;
import io.vireo.node.kubelet.NodePods;
import io.vireo.node.launcher.PodName;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the kubelet about VMs that may run and have not dialled in, for as long as there are any. A
 * pod that is left out of several answers over a while, in which nothing was heard of its launcher,
 * is gone: a kubelet that has just started leaves out pods for a moment.
 */
final class PodWatch {

  private static final Logger log = LoggerFactory.getLogger(PodWatch.class);
  private static final long CHECK_MS = 4_000;

  /** Longer than the longest pause of a launcher that dials again, with two to spare. */
  private static final int ANSWERS = 3;

  private final Loop loop;
  private final NodePods pods;
  private final Map<String, LaneState> lanes;
  private final BiConsumer<VmRef, LaneEvent> events;
  private final Runnable noneIsLeft;
  private final Map<String, Missing> missing = new HashMap<>();
  private final Set<String> unaccounted = new HashSet<>();
  private int answers;
  private boolean searching;

  /** A VM whose pod was left out of so many answers, while its state stayed this one. */
  private record Missing(LaneState state, int answers) {}

  PodWatch(
      Loop loop,
      NodePods pods,
      Map<String, LaneState> lanes,
      BiConsumer<VmRef, LaneEvent> events,
      Runnable noneIsLeft) {
    this.loop = loop;
    this.pods = pods;
    this.lanes = lanes;
    this.events = events;
    this.noneIsLeft = noneIsLeft;
  }

  /**
   * Begins, on the loop.
   *
   * @param search whether there may be launchers of which the roster says nothing
   */
  void start(boolean search) {
    searching = search;
    check();
  }

  @SuppressWarnings("FutureReturnValueIgnored") // Handled in both cases.
  private void check() {
    Map<String, LaneState> asked =
        lanes.entrySet().stream()
            .filter(lane -> isInQuestion(lane.getValue()))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    if (asked.isEmpty() && !searching) {
      missing.clear();
      loop.schedule(this::check, CHECK_MS);
      return;
    }
    pods.launcherPods()
        .whenComplete(
            (found, error) ->
                loop.execute(
                    () -> {
                      try {
                        answered(asked, error == null ? found : null);
                      } finally {
                        loop.schedule(this::check, CHECK_MS);
                      }
                    }));
  }

  private static boolean isInQuestion(LaneState state) {
    return state.link() == null
        && (state.mayRun() || (state.doubted() && state.life() == LaneState.Life.UNBORN));
  }

  @SuppressWarnings("ReferenceEquality") // An equal state may have been another in between.
  private void answered(Map<String, LaneState> asked, @Nullable Set<PodName> found) {
    if (found == null) {
      missing.clear();
      answers = 0;
      return;
    }
    Set<String> names =
        found.stream().map(p -> p.namespace() + "/" + p.name()).collect(Collectors.toSet());
    Map<String, Missing> before = Map.copyOf(missing);
    missing.clear();
    asked.forEach(
        (uid, state) -> {
          if (lanes.get(uid) == state && !isAmong(names, state)) {
            Missing last = before.get(uid);
            int answers = last != null && last.state() == state ? last.answers() + 1 : 1;
            if (answers >= ANSWERS) {
              log.atWarn()
                  .addKeyValue("vm", state.vm().name())
                  .addKeyValue("epoch", state.heldEpoch())
                  .log("The kubelet has no pod of this VM");
              events.accept(state.vm(), new LaneEvent.PodGone());
            } else {
              missing.put(uid, new Missing(state, answers));
            }
          }
        });
    search(names);
  }

  /** A VM whose pod's name is not known may be in any pod of its namespace, if that is known. */
  private static boolean isAmong(Set<String> names, LaneState state) {
    String pod = state.heldPod();
    if (pod != null) {
      return names.contains(pod);
    }
    String namespace = state.vm().namespace();
    return namespace.isEmpty()
        ? !names.isEmpty()
        : names.stream().anyMatch(name -> name.startsWith(namespace + "/"));
  }

  /**
   * The pods that were there when this executor came: each must dial in, or go. Those that come
   * later got their device from this executor.
   */
  private void search(Set<String> names) {
    if (!searching) {
      return;
    }
    if (answers < ANSWERS) {
      answers++;
      unaccounted.addAll(names);
    }
    unaccounted.retainAll(names);
    lanes.values().stream()
        .map(LaneState::link)
        .filter(java.util.Objects::nonNull)
        .map(Link::pod)
        .forEach(unaccounted::remove);
    if (answers >= ANSWERS && unaccounted.isEmpty()) {
      searching = false;
      noneIsLeft.run();
    }
  }
}
