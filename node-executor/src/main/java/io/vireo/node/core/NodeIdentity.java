package io.vireo.node.core;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which Node object this machine is, as far as commands told: the executor has no credential to ask
 * Kubernetes. The uid of the command that was issued last stands; a uid that another has replaced
 * never comes back.
 *
 * @param uid uid of the Node; null before the first command
 * @param issuedAtMs when the newest command with that uid was issued
 * @param retired uids of earlier Node objects of this name, the newest last
 */
public record NodeIdentity(@Nullable String uid, long issuedAtMs, List<String> retired) {

  private static final int RETIRED_MAX = 16;

  public NodeIdentity {
    retired = retired == null ? List.of() : List.copyOf(retired);
  }

  /** Nothing is known yet. */
  public static NodeIdentity unknown() {
    return new NodeIdentity(null, 0, List.of());
  }

  /** Whether a command that names this Node is meant for this machine. */
  public boolean admits(String otherUid, long otherIssuedAtMs) {
    if (uid == null || otherUid.isEmpty() || otherUid.equals(uid)) {
      return true;
    }
    return !retired.contains(otherUid) && otherIssuedAtMs > issuedAtMs;
  }

  /** After a command that is admitted. */
  public NodeIdentity after(String admittedUid, long admittedIssuedAtMs) {
    if (admittedUid.isEmpty()) {
      return this;
    }
    List<String> gone = new ArrayList<>(retired);
    if (uid != null && !uid.equals(admittedUid)) {
      gone.add(uid);
    }
    return new NodeIdentity(
        admittedUid,
        Math.max(issuedAtMs, admittedIssuedAtMs),
        gone.subList(Math.max(0, gone.size() - RETIRED_MAX), gone.size()));
  }
}
