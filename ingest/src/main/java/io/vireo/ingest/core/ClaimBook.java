package io.vireo.ingest.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which claims the VMIs name, and which of those Kubernetes holds. A VMI is told together with its
 * claims, so that whoever decides about it never knows one without the other. One that names a
 * claim waits for the first list of claims: a claim that was not seen yet would read as missing.
 */
final class ClaimBook {

  private record Key(String namespace, String name) {}

  private record Naming(VmiSnapshot vmi, Set<String> claims) {}

  private final Map<Key, ClaimSnapshot> live = new HashMap<>();
  private final Map<Key, Set<String>> users = new HashMap<>();
  private final Map<String, Naming> namings = new TreeMap<>();
  private boolean complete;

  /** The VMI with its claims; empty if it has to wait. */
  Optional<VmiSnapshot> seen(VmiSnapshot vmi, Set<String> claims) {
    gone(vmi.ref().uid());
    if (claims.isEmpty()) {
      return Optional.of(vmi);
    }
    Naming naming = new Naming(vmi, Set.copyOf(claims));
    namings.put(vmi.ref().uid(), naming);
    claims.forEach(
        claim ->
            users
                .computeIfAbsent(new Key(vmi.ref().namespace(), claim), key -> new TreeSet<>())
                .add(vmi.ref().uid()));
    return complete ? Optional.of(joined(naming)) : Optional.empty();
  }

  /** The VMI is gone. */
  void gone(String uid) {
    Naming naming = namings.remove(uid);
    if (naming == null) {
      return;
    }
    for (String claim : naming.claims()) {
      users.computeIfPresent(
          new Key(naming.vmi().ref().namespace(), claim),
          (key, uids) -> {
            uids.remove(uid);
            return uids.isEmpty() ? null : uids;
          });
    }
  }

  /** VMIs with what the claim is now. */
  List<VmiSnapshot> seen(ClaimSnapshot claim) {
    Key key = new Key(claim.namespace(), claim.name());
    return claim.equals(live.put(key, claim)) ? List.of() : usersOf(key);
  }

  /** VMIs without it. */
  List<VmiSnapshot> claimGone(String namespace, String name) {
    Key key = new Key(namespace, name);
    return live.remove(key) == null ? List.of() : usersOf(key);
  }

  private List<VmiSnapshot> usersOf(Key key) {
    return complete
        ? users.getOrDefault(key, Set.of()).stream()
            .map(namings::get)
            .filter(java.util.Objects::nonNull)
            .map(this::joined)
            .toList()
        : List.of();
  }

  /** All VMIs that waited for the list. */
  List<VmiSnapshot> listed() {
    if (complete) {
      return List.of();
    }
    complete = true;
    return namings.values().stream().map(this::joined).toList();
  }

  boolean isComplete() {
    return complete;
  }

  private VmiSnapshot joined(Naming naming) {
    List<ClaimSnapshot> found = new ArrayList<>();
    for (String claim : naming.claims()) {
      ClaimSnapshot snapshot = live.get(new Key(naming.vmi().ref().namespace(), claim));
      if (snapshot != null) {
        found.add(snapshot);
      }
    }
    found.sort(Comparator.comparing(ClaimSnapshot::name));
    return naming.vmi().withClaims(found);
  }
}
