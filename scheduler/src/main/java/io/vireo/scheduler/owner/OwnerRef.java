package io.vireo.scheduler.owner;

/**
 * Which owner of VMIs.
 *
 * @param kind VirtualMachine or VirtualMachineInstanceReplicaSet
 * @param namespace empty, like the name, as long as only VMIs of it were heard of
 */
public record OwnerRef(String kind, String uid, String namespace, String name) {

  /** Kind of an owner of one VMI. */
  public static final String VIRTUAL_MACHINE = "VirtualMachine";

  /** Kind of an owner of equal VMIs. */
  public static final String REPLICA_SET = "VirtualMachineInstanceReplicaSet";

  /** Whether VMIs of such a controller are told to it. */
  public static boolean isOwner(String kind) {
    return kind.equals(VIRTUAL_MACHINE) || kind.equals(REPLICA_SET);
  }
}
