package io.vireo.schemas.kubevirt;

import java.util.List;
import java.util.Optional;

/**
 * A kind of {@code kubevirt.io}: its names, and what {@code kubectl get} shows. They are
 * KubeVirt's, so that its clients work unchanged.
 *
 * @param name also that of its type in {@link ApiTypes}, behind {@code v1.}
 * @param versions served; objects are stored in the first
 * @param status whether the status has a subresource of its own
 */
public record Kind(
    String name,
    String plural,
    List<String> shortNames,
    List<String> versions,
    List<Column> columns,
    boolean status,
    Optional<Scale> scale) {

  private static final List<String> SINCE_ALPHA = List.of("v1", "v1alpha3");

  private static final Column AGE = Column.of("Age", "date", ".metadata.creationTimestamp");
  private static final Column PHASE = Column.of("Phase", "string", ".status.phase");

  /** All that Vireo serves. */
  public static final List<Kind> ALL =
      List.of(
          new Kind(
              "VirtualMachineInstance",
              "virtualmachineinstances",
              List.of("vmi", "vmis"),
              SINCE_ALPHA,
              List.of(
                  AGE,
                  PHASE,
                  Column.of("IP", "string", ".status.interfaces[0].ipAddress"),
                  Column.of("NodeName", "string", ".status.nodeName"),
                  Column.condition("Ready", "Ready"),
                  Column.condition("Live-Migratable", "LiveMigratable").wide(),
                  Column.condition("Paused", "Paused").wide()),
              false,
              Optional.empty()),
          new Kind(
              "VirtualMachine",
              "virtualmachines",
              List.of("vm", "vms"),
              SINCE_ALPHA,
              List.of(
                  AGE,
                  Column.of("Status", "string", ".status.printableStatus"),
                  Column.condition("Ready", "Ready")),
              true,
              Optional.empty()),
          new Kind(
              "VirtualMachineInstanceReplicaSet",
              "virtualmachineinstancereplicasets",
              List.of("vmirs", "vmirss"),
              SINCE_ALPHA,
              List.of(
                  Column.of("Desired", "integer", ".spec.replicas"),
                  Column.of("Current", "integer", ".status.replicas"),
                  Column.of("Ready", "integer", ".status.readyReplicas"),
                  AGE),
              true,
              Optional.of(
                  new Scale(".spec.replicas", ".status.replicas", ".status.labelSelector"))),
          new Kind(
              "VirtualMachineInstanceMigration",
              "virtualmachineinstancemigrations",
              List.of("vmim", "vmims"),
              SINCE_ALPHA,
              List.of(PHASE, Column.of("VMI", "string", ".spec.vmiName")),
              true,
              Optional.empty()),
          new Kind(
              "VirtualMachineInstancePreset",
              "virtualmachineinstancepresets",
              List.of("vmipreset", "vmipresets"),
              SINCE_ALPHA,
              List.of(),
              false,
              Optional.empty()),
          new Kind(
              "KubeVirt",
              "kubevirts",
              List.of("kv", "kvs"),
              SINCE_ALPHA,
              List.of(AGE, PHASE),
              true,
              Optional.empty()));

  public Kind {
    shortNames = List.copyOf(shortNames);
    versions = List.copyOf(versions);
    columns = List.copyOf(columns);
  }

  /**
   * A column of {@code kubectl get}.
   *
   * @param isWide only with {@code -o wide}
   */
  public record Column(String name, String type, String path, boolean isWide) {

    static Column of(String name, String type, String path) {
      return new Column(name, type, path, false);
    }

    static Column condition(String name, String condition) {
      return of(name, "string", ".status.conditions[?(@.type=='" + condition + "')].status");
    }

    Column wide() {
      return new Column(name, type, path, true);
    }
  }

  /** Where the fields are that {@code kubectl scale} and an autoscaler use. */
  public record Scale(String wanted, String present, String selector) {}
}
