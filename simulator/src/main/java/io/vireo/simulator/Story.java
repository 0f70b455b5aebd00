package io.vireo.simulator;

import io.vireo.schemas.avro.VmEvent;
import io.vireo.schemas.avro.VmiEvent;
import io.vireo.simulator.check.Truth;
import io.vireo.simulator.check.Violation;
import io.vireo.simulator.parts.Part;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The last events of one VMI as {@code vireo events} shows them, with what really happened. */
final class Story {

  private static final int LINES_MAX = 60;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("mm:ss.SSS").withZone(ZoneOffset.UTC);

  private record Line(long atMs, String text) {}

  private final Cast cast;
  private final Plan plan;

  Story(Cast cast, Plan plan) {
    this.cast = cast;
    this.plan = plan;
  }

  List<String> of(Violation violation) {
    String uid = violation.vmi().substring(violation.vmi().lastIndexOf(' ') + 1);
    List<Line> lines = new ArrayList<>();
    for (VmiEvent event : cast.record.of(uid)) {
      lines.add(new Line(event.getTime(), describe(event)));
    }
    for (VmEvent event : cast.ownerRecord.of(uid)) {
      lines.add(new Line(event.getTime(), describe(event)));
    }
    for (Truth.Happening happening : cast.truth.happenings()) {
      if (happening.place().uid().equals(uid)) {
        lines.add(
            new Line(
                happening.atMs(),
                "    TRUTH      "
                    + happening.what()
                    + ", epoch "
                    + happening.place().epoch()
                    + " on "
                    + happening.place().node()
                    + (happening.detail().isEmpty() ? "" : " (" + happening.detail() + ")")));
      }
    }
    lines.sort(Comparator.comparingLong(Line::atMs));
    List<String> story = new ArrayList<>();
    plan.faults()
        .forEach(
            fault ->
                story.add(
                    "fault "
                        + fault.index()
                        + " at step "
                        + fault.atStep()
                        + ": "
                        + fault.kind().wireName()));
    for (Part part : cast.parts()) {
      Throwable failure = part.lastFailure();
      if (failure != null) {
        story.add(part.name() + " ended by itself: " + cause(failure));
      }
    }
    for (Line line : lines.subList(Math.max(0, lines.size() - LINES_MAX), lines.size())) {
      story.add(TIME.format(Instant.ofEpochMilli(line.atMs())) + "  " + line.text());
    }
    story.add(TIME.format(Instant.ofEpochMilli(violation.atMs())) + "  " + violation);
    return story;
  }

  private static String cause(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    StackTraceElement[] stack = root.getStackTrace();
    return root + (stack.length == 0 ? "" : " at " + stack[0]);
  }

  private static String describe(VmEvent event) {
    StringBuilder text = new StringBuilder(String.format("%-20s", event.getType()));
    if (event.getVmiUid() != null) {
      text.append(" of ").append(event.getVmiUid());
    }
    describe(text, event.getCommandId(), event.getReason(), event.getAttributes());
    if (event.getMessage() != null) {
      text.append(" \"").append(event.getMessage()).append('"');
    }
    return from(
        text,
        event.getCause().getTopic(),
        event.getCause().getPartition(),
        event.getCause().getOffset());
  }

  private static void describe(
      StringBuilder text,
      @Nullable String commandId,
      @Nullable String reason,
      Map<String, String> attributes) {
    if (commandId != null) {
      text.append(" #").append(commandId.substring(commandId.indexOf('/') + 1));
    }
    if (reason != null) {
      text.append(" ").append(reason);
    }
    if (!attributes.isEmpty()) {
      text.append(" ").append(new TreeMap<>(attributes));
    }
  }

  private static String from(StringBuilder text, String topic, int partition, long offset) {
    return text.append("  <- ")
        .append(topic)
        .append('-')
        .append(partition)
        .append('@')
        .append(offset)
        .toString();
  }

  private static String describe(VmiEvent event) {
    StringBuilder text = new StringBuilder(String.format("%-20s", event.getType()));
    if (event.getEpoch() != null) {
      text.append(" epoch ").append(event.getEpoch());
    }
    if (event.getNode() != null) {
      text.append(" ").append(event.getNode());
    }
    describe(text, event.getCommandId(), event.getReason(), event.getAttributes());
    if (event.getMessage() != null) {
      text.append(" \"").append(event.getMessage()).append('"');
    }
    return from(
        text,
        event.getCause().getTopic(),
        event.getCause().getPartition(),
        event.getCause().getOffset());
  }
}
