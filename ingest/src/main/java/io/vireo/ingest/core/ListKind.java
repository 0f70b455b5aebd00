package io.vireo.ingest.core;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** A kind of object that is listed as a whole and then watched. */
public enum ListKind {
  /** PersistentVolumeClaims; told with the VMIs that name them, so no topic has their list. */
  CLAIM("PersistentVolumeClaim"),
  VMI("Vmi"),
  VM("VirtualMachine"),
  REPLICA_SET("VirtualMachineInstanceReplicaSet"),
  POD("Pod"),
  NODE("Node");

  private final String wireName;

  ListKind(String wireName) {
    this.wireName = wireName;
  }

  /** Name in control records; of an owner of VMIs it is the kind in its own records, too. */
  public String wireName() {
    return wireName;
  }

  /** The kinds of which an object may own VMIs. */
  public static Set<ListKind> owners() {
    return EnumSet.of(VM, REPLICA_SET);
  }

  /** The kind of owners of this name. */
  public static Optional<ListKind> owner(String wireName) {
    return Arrays.stream(values())
        .filter(kind -> owners().contains(kind) && kind.wireName.equals(wireName))
        .findFirst();
  }
}
