package io.vireo.simulator.engine;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Who reaches which service. A way is cut in both directions, or only for what goes out, or only
 * for what comes back.
 */
public final class Network {

  /** Kafka, as the name of a service. */
  public static final String KAFKA = "kafka";

  /** The API server. */
  public static final String API = "api";

  private final Map<String, Set<String>> cutOut = new HashMap<>();
  private final Map<String, Set<String>> cutBack = new HashMap<>();
  private final Set<String> down = new HashSet<>();
  private final Map<String, Long> extraDelayMs = new HashMap<>();

  /** What a part sends to a service no longer arrives. */
  public void cutRequests(String part, String service) {
    cutOut.computeIfAbsent(service, each -> new HashSet<>()).add(part);
  }

  /** What a service answers to a part no longer arrives. */
  public void cutAnswers(String part, String service) {
    cutBack.computeIfAbsent(service, each -> new HashSet<>()).add(part);
  }

  /** Everything reaches everything again. */
  public void heal() {
    cutOut.clear();
    cutBack.clear();
    extraDelayMs.clear();
    down.clear();
  }

  /** The way between these two is whole again. */
  public void heal(String part, String service) {
    cutOut.getOrDefault(service, new HashSet<>()).remove(part);
    cutBack.getOrDefault(service, new HashSet<>()).remove(part);
  }

  /** A service that is down is reached by nobody. */
  public void setDown(String service, boolean isDown) {
    if (isDown) {
      down.add(service);
    } else {
      down.remove(service);
    }
  }

  /** Whether a service is down. */
  public boolean isDown(String service) {
    return down.contains(service);
  }

  /** Everything that this part sends takes this much longer. */
  public void delay(String part, long ms) {
    if (ms == 0) {
      extraDelayMs.remove(part);
    } else {
      extraDelayMs.put(part, ms);
    }
  }

  /** How much longer this part's messages take. */
  public long extraDelayMs(String part) {
    return extraDelayMs.getOrDefault(part, 0L);
  }

  /** Whether requests of a part arrive. */
  public boolean carriesRequests(String part, String service) {
    return !down.contains(service) && !cutOut.getOrDefault(service, Set.of()).contains(part);
  }

  /** Whether answers to a part arrive. */
  public boolean carriesAnswers(String part, String service) {
    return !down.contains(service) && !cutBack.getOrDefault(service, Set.of()).contains(part);
  }

  /** Whether a part and a service can talk. */
  public boolean connects(String part, String service) {
    return carriesRequests(part, service) && carriesAnswers(part, service);
  }
}
