package io.vireo.dev.manifests;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Objects of {@code k8s/}, either those of a base as the files have them, or those that kustomize
 * rendered.
 *
 * @param objects all but generated ones
 * @param settings data of each ConfigMap that a kustomization generates or that was rendered
 */
record Shipped(List<HasMetadata> objects, Map<String, Map<String, String>> settings) {

  /** Maven runs the tests of a module in its folder. */
  static final Path FOLDER = Path.of("..", "k8s");

  private static final KubernetesSerialization YAML = new KubernetesSerialization();

  /** What a pod is made of, with the object that makes it. */
  record Workload(HasMetadata owner, PodTemplateSpec template) {
    String name() {
      return owner.getMetadata().getName();
    }

    @Override
    public String toString() {
      return owner.getKind() + " " + name();
    }
  }

  /** The base, read without kustomize: resources of its kustomizations, and literals. */
  static Shipped base() throws IOException {
    Shipped shipped = new Shipped(new ArrayList<>(), new TreeMap<>());
    for (Path file : kustomizations(FOLDER.resolve("base"))) {
      for (String resource : names(file, "resources")) {
        Path path = file.resolveSibling(resource);
        if (Files.isRegularFile(path)) {
          shipped.objects.addAll(read(Files.readString(path)));
        }
      }
      if (kustomization(file).get("configMapGenerator") instanceof List<?> generators) {
        generators.forEach(each -> shipped.generate((Map<?, ?>) each));
      }
    }
    return shipped;
  }

  /** What kustomize printed. */
  static Shipped rendered(String yaml) {
    Shipped shipped = new Shipped(read(yaml), new TreeMap<>());
    for (HasMetadata object : shipped.objects) {
      if (object instanceof io.fabric8.kubernetes.api.model.ConfigMap map) {
        shipped.settings.put(map.getMetadata().getName(), map.getData());
      }
    }
    return shipped;
  }

  private void generate(Map<?, ?> generator) {
    Map<String, String> data = new TreeMap<>();
    for (Object literal : (List<?>) generator.get("literals")) {
      String[] parts = String.valueOf(literal).split("=", 2);
      data.put(parts[0], parts[1]);
    }
    settings.put(String.valueOf(generator.get("name")), data);
  }

  private static List<HasMetadata> read(String yaml) {
    return Arrays.stream(yaml.split("(?m)^---$"))
        .filter(document -> document.lines().anyMatch(line -> line.matches("kind: .+")))
        .map(document -> YAML.<HasMetadata>unmarshal(document))
        .toList();
  }

  /** Every kustomization in a folder and below. */
  static List<Path> kustomizations(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      return files.filter(file -> file.endsWith("kustomization.yaml")).sorted().toList();
    }
  }

  /** A kustomization as a tree. */
  static Map<?, ?> kustomization(Path file) throws IOException {
    return YAML.unmarshal(Files.readString(file), Map.class);
  }

  /** A list of names in a kustomization. */
  static List<String> names(Path file, String key) throws IOException {
    return kustomization(file).get(key) instanceof List<?> list
        ? list.stream().map(String::valueOf).toList()
        : List.of();
  }

  /** All objects of a kind. */
  <T extends HasMetadata> List<T> of(Class<T> type) {
    return objects.stream().filter(type::isInstance).map(type::cast).toList();
  }

  /** Everything that makes pods. */
  List<Workload> workloads() {
    List<Workload> workloads = new ArrayList<>();
    for (HasMetadata object : objects) {
      switch (object) {
        case Deployment it -> workloads.add(new Workload(it, it.getSpec().getTemplate()));
        case StatefulSet it -> workloads.add(new Workload(it, it.getSpec().getTemplate()));
        case DaemonSet it -> workloads.add(new Workload(it, it.getSpec().getTemplate()));
        default -> {}
      }
    }
    return workloads;
  }

  /** The one of this name. */
  Workload workload(String name) {
    return workloads().stream()
        .filter(it -> it.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("Expected a workload " + name));
  }
}
