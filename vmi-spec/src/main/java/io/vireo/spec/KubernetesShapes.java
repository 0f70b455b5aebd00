package io.vireo.spec;

import static io.vireo.spec.Shape.items;
import static io.vireo.spec.Shape.keys;
import static io.vireo.spec.Shape.text;

/** The shapes of Kubernetes' objects that a VMI hands to its pod. */
final class KubernetesShapes {

  private static final Shape ANY = text();
  private static final Shape WEIGHT = new Shape.Int(1, 100);
  private static final Shape COUNT = new Shape.Int(1, Integer.MAX_VALUE);

  private static final Shape LABEL_SELECTOR =
      keys(
          "matchLabels",
          new Shape.TextMap(),
          "matchExpressions",
          items(
              keys(
                  "key!", ANY,
                  "operator!", text("In", "NotIn", "Exists", "DoesNotExist"),
                  "values", items(ANY))));

  private static final Shape NODE_REQUIREMENTS =
      items(
          keys(
              "key!", ANY,
              "operator!", text("In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"),
              "values", items(ANY)));

  private static final Shape NODE_TERM =
      keys("matchExpressions", NODE_REQUIREMENTS, "matchFields", NODE_REQUIREMENTS);

  private static final Shape POD_TERM =
      keys(
          "topologyKey!",
          ANY,
          "labelSelector",
          LABEL_SELECTOR,
          "namespaceSelector",
          LABEL_SELECTOR,
          "namespaces",
          items(ANY),
          "matchLabelKeys",
          items(ANY),
          "mismatchLabelKeys",
          items(ANY));

  private static final Shape POD_AFFINITY =
      keys(
          "requiredDuringSchedulingIgnoredDuringExecution", items(POD_TERM),
          "preferredDuringSchedulingIgnoredDuringExecution",
              items(keys("weight!", WEIGHT, "podAffinityTerm!", POD_TERM)));

  static final Shape AFFINITY =
      keys(
          "nodeAffinity",
          keys(
              "requiredDuringSchedulingIgnoredDuringExecution",
              keys("nodeSelectorTerms!", new Shape.Items(NODE_TERM, 1)),
              "preferredDuringSchedulingIgnoredDuringExecution",
              items(keys("weight!", WEIGHT, "preference!", NODE_TERM))),
          "podAffinity",
          POD_AFFINITY,
          "podAntiAffinity",
          POD_AFFINITY);

  static final Shape TOLERATION =
      keys(
          "key",
          ANY,
          "operator",
          text("Exists", "Equal"),
          "value",
          ANY,
          "effect",
          text("", "NoSchedule", "PreferNoSchedule", "NoExecute"),
          "tolerationSeconds",
          new Shape.Int(Long.MIN_VALUE, Long.MAX_VALUE));

  static final Shape TOPOLOGY_SPREAD_CONSTRAINTS =
      items(
          keys(
              "maxSkew!",
              COUNT,
              "topologyKey!",
              ANY,
              "whenUnsatisfiable!",
              text("DoNotSchedule", "ScheduleAnyway"),
              "labelSelector",
              LABEL_SELECTOR,
              "minDomains",
              COUNT,
              "nodeAffinityPolicy",
              text("Honor", "Ignore"),
              "nodeTaintsPolicy",
              text("Honor", "Ignore"),
              "matchLabelKeys",
              items(ANY)));

  static final Shape DNS_CONFIG =
      keys(
          "nameservers", items(ANY),
          "searches", items(ANY),
          "options", items(keys("name!", ANY, "value", ANY)));

  private KubernetesShapes() {}
}
