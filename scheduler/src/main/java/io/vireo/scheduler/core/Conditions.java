package io.vireo.scheduler.core;

import io.vireo.scheduler.core.VmiState.Condition;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Conditions as a status has them, to and from trees. */
public final class Conditions {

  private Conditions() {}

  /** As a list, by type. */
  public static List<Object> render(Map<String, Condition> conditions) {
    List<Object> list = new ArrayList<>();
    for (Map.Entry<String, Condition> entry : new TreeMap<>(conditions).entrySet()) {
      Condition condition = entry.getValue();
      Map<String, Object> item = new LinkedHashMap<>();
      item.put("type", entry.getKey());
      item.put("status", condition.status());
      item.put("lastTransitionTime", timestamp(condition.sinceMs()));
      if (condition.reason() != null) {
        item.put("reason", condition.reason());
      }
      if (condition.message() != null) {
        item.put("message", condition.message());
      }
      list.add(item);
    }
    return list;
  }

  /** By type; what is no condition is left out. */
  public static Map<String, Condition> read(@Nullable Object tree) {
    Map<String, Condition> conditions = new TreeMap<>();
    if (tree instanceof List<?> list) {
      for (Object item : list) {
        if (item instanceof Map<?, ?> map
            && map.get("type") instanceof String type
            && map.get("status") instanceof String status) {
          conditions.put(
              type,
              new Condition(
                  status,
                  map.get("reason") instanceof String reason ? reason : null,
                  map.get("message") instanceof String message ? message : null,
                  map.get("lastTransitionTime") instanceof String time ? millis(time) : 0));
        }
      }
    }
    return conditions;
  }

  /** A time as Kubernetes writes it, to the second. */
  public static String timestamp(long ms) {
    return Instant.ofEpochSecond(ms / 1000).toString();
  }

  private static long millis(String time) {
    try {
      return Instant.parse(time).toEpochMilli();
    } catch (DateTimeException e) {
      return 0;
    }
  }
}
