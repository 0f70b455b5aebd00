package io.vireo.api.core;

import static io.vireo.api.core.Rule.invalid;
import static io.vireo.api.core.Rule.required;
import static io.vireo.api.core.Rule.unsupported;

import io.vireo.spec.Quantity;
import java.util.List;
import java.util.Optional;

/** Rules about VirtualMachines and VirtualMachineInstanceReplicaSets, their templates apart. */
final class OwnerRules {

  private static final String NOT_YET = "is not supported by Vireo yet";

  static final List<Rule> VM =
      List.of(
          required(
              "vm-1",
              "",
              "template",
              (spec, scope) -> !spec.has("template"),
              "missing virtual machine template"),
          invalid(
                  "vm-2",
                  "",
                  (spec, scope) -> spec.count("running", "runStrategy") > 1,
                  "running and runStrategy are mutually exclusive; give runStrategy alone")
              .at("running"),
          required(
              "vm-3",
              "",
              "runStrategy",
              (spec, scope) -> spec.count("running", "runStrategy") == 0,
              "one of running and runStrategy must be specified"),
          invalid(
              "vm-4",
              "runStrategy",
              (strategy, scope) ->
                  strategy.isTextBut(
                      "Always", "RerunOnFailure", "Manual", "Halted", "Once", "WaitAsReceiver"),
              "invalid RunStrategy {}; it must be one of Always, RerunOnFailure, Manual, Halted,"
                  + " Once"),
          unsupported(
              "vm-5",
              "runStrategy",
              (strategy, scope) -> strategy.text().equals("WaitAsReceiver"),
              "RunStrategy {} " + NOT_YET),
          invalid(
              "vm-6",
              "template.spec.domain.memory.guest",
              (guest, scope) -> {
                Optional<Quantity> most =
                    scope.spec().get("template.spec.domain.memory.maxGuest").quantity();
                return most.isPresent()
                    && guest.quantity().filter(q -> q.isGreaterThan(most.get())).isPresent();
              },
              "{} is greater than spec.template.spec.domain.memory.maxGuest"),
          unsupported(
              "vm-7",
              "dataVolumeTemplates",
              (templates, scope) -> true,
              NOT_YET + "; make the PersistentVolumeClaim first, and name it in a volume"),
          unsupported(
              "vm-10",
              "instancetype",
              (type, scope) -> true,
              NOT_YET + "; give CPU and memory in spec.template.spec.domain"),
          unsupported(
              "vm-11",
              "preference",
              (preference, scope) -> true,
              NOT_YET + "; give devices and features in spec.template.spec.domain"),
          invalid(
              "vm-12",
              "updateVolumesStrategy",
              (strategy, scope) -> strategy.isTextBut("Replacement", "Migration"),
              "{} must be one of Replacement, Migration"),
          unsupported(
              "vm-12",
              "updateVolumesStrategy",
              (strategy, scope) -> strategy.text().equals("Migration"),
              "the strategy {} " + NOT_YET));

  static final List<Rule> REPLICA_SET =
      List.of(
          required(
              "vmirs-1",
              "",
              "template",
              (spec, scope) -> !spec.has("template"),
              "missing virtual machine template"),
          required(
              "vmirs-2",
              "",
              "selector",
              (spec, scope) -> spec.get("selector").count("matchLabels", "matchExpressions") == 0,
              "a selector of labels is required"),
          invalid(
              "vmirs-2",
              "selector.matchExpressions[].operator",
              (operator, scope) -> operator.isTextBut("In", "NotIn", "Exists", "DoesNotExist"),
              "{} is not a valid operator; it must be one of In, NotIn, Exists, DoesNotExist"),
          required(
              "vmirs-2",
              "selector.matchExpressions[]",
              "values",
              (expression, scope) ->
                  List.of("In", "NotIn").contains(expression.text("operator"))
                      && !expression.has("values"),
              "must be given with operator In or NotIn"),
          invalid(
                  "vmirs-2",
                  "selector.matchExpressions[]",
                  (expression, scope) ->
                      List.of("Exists", "DoesNotExist").contains(expression.text("operator"))
                          && expression.has("values"),
                  "must not be given with operator Exists or DoesNotExist")
              .at("values"),
          invalid(
                  "vmirs-3",
                  "",
                  (spec, scope) ->
                      spec.has("template")
                          && spec.has("selector")
                          && !Selectors.matches(
                              spec.get("selector"), spec.get("template.metadata.labels")),
                  "selector does not match labels: spec.template.metadata.labels must be selected"
                      + " by it")
              .at("selector"),
          invalid(
              "vmirs-4",
              "replicas",
              (replicas, scope) -> replicas.isNumberOutside(0, Integer.MAX_VALUE),
              "{} must be greater than or equal to 0"));

  private OwnerRules() {}
}
