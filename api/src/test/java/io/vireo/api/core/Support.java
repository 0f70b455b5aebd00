package io.vireo.api.core;

import io.vireo.schemas.kubevirt.ApiTypes;
import io.vireo.schemas.kubevirt.ApiTypes.ApiField;
import io.vireo.schemas.kubevirt.FieldType;
import io.vireo.spec.ContainerDisks;
import io.vireo.spec.SpecSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What is honoured of each field of a VMI's spec, in words, as those say who would refuse it. */
final class Support {

  static final String NO = "no";

  /** Where the most can be done, and two places where less can. */
  private static final FieldProbe FULL = new FieldProbe(Asking.KVM);

  private static final FieldProbe WITHOUT_KVM =
      new FieldProbe(
          new SpecSettings("masquerade", true, "i", new ContainerDisks.ImageVolumes(), true));
  private static final FieldProbe WITHOUT_POD_NETWORK =
      new FieldProbe(
          new SpecSettings("masquerade", false, "i", new ContainerDisks.ImageVolumes(), false));

  private static final List<String> RESOURCES =
      List.of("cpu", "memory", "ephemeral-storage", "hugepages-2Mi");

  private final ApiTypes types = ApiTypes.load();
  private final Map<String, String> leaves = new LinkedHashMap<>();

  Support() {
    walk("spec", new FieldType.Reference("v1.VirtualMachineInstanceSpec"), List.of());
  }

  /** By path, with {@code []} for entries of lists, in the order of the types. */
  Map<String, String> leaves() {
    return leaves;
  }

  private void walk(String path, FieldType type, List<String> listed) {
    switch (type) {
      case FieldType.Reference reference when isLeaf(reference) ->
          leaf(path, type, listed, !reference.type().startsWith("k8s."));
      case FieldType.Reference reference -> {
        for (ApiField field : types.get(reference.type()).fields()) {
          walk(path + "." + field.name(), field.type(), field.values());
        }
      }
      case FieldType.ListOf list
          when list.element() instanceof FieldType.Reference element && !isLeaf(element) ->
          walk(path + "[]", element, listed);
      case FieldType.MapOf map when path.matches(".*\\.(requests|limits)") ->
          RESOURCES.forEach(key -> leaf(path + "." + key, map.value(), List.of(), false));
      default -> leaf(path, type, listed, false);
    }
  }

  private boolean isLeaf(FieldType.Reference reference) {
    return reference.type().startsWith("k8s.") || types.get(reference.type()).fields().isEmpty();
  }

  private void leaf(String path, FieldType type, List<String> listed, boolean isEmptyType) {
    FieldProbe.Answer full = FULL.ask(path, type, listed, isEmptyType);
    FieldProbe.Answer emulated = WITHOUT_KVM.ask(path, type, listed, isEmptyType);
    FieldProbe.Answer plain = WITHOUT_POD_NETWORK.ask(path, type, listed, isEmptyType);
    leaves.put(path, words(full, emulated, plain, FieldProbe.values(path, type, listed)));
  }

  private static String words(
      FieldProbe.Answer full,
      FieldProbe.Answer emulated,
      FieldProbe.Answer plain,
      List<String> all) {
    if (!full.honoured()) {
      return NO;
    }
    List<String> words = new ArrayList<>();
    if (full.values().size() < all.size()) {
      words.add("only " + list(full.values()));
    }
    String needs = !emulated.honoured() ? "KVM" : !plain.honoured() ? "networks of pods" : "";
    if (!needs.isEmpty()) {
      words.add("needs " + needs);
    } else if (emulated.values().size() < full.values().size()) {
      List<String> more = new ArrayList<>(full.values());
      more.removeAll(emulated.values());
      words.add(list(more) + " needs KVM");
    }
    return words.isEmpty() ? "yes" : String.join("; ", words);
  }

  private static String list(List<String> values) {
    return values.stream().map(value -> "`" + value + "`").collect(Collectors.joining(", "));
  }
}
