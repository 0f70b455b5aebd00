package io.vireo.dev.nodeagent;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What of a pod's spec this agent can do. Pure. */
final class Admission {

  private Admission() {}

  /**
   * Looks at what cannot be tried later.
   *
   * @throws PodProblem a lasting one, naming what the agent cannot do
   */
  static void check(Pod pod) throws PodProblem {
    PodSpec spec = pod.getSpec();
    if (Boolean.TRUE.equals(spec.getShareProcessNamespace())) {
      throw PodProblem.lasting("This node cannot do spec.shareProcessNamespace");
    }
    for (Volume volume : spec.getVolumes()) {
      checkVolume(volume);
    }
    for (Container container : allContainers(spec)) {
      if (!container.getVolumeDevices().isEmpty()) {
        throw PodProblem.lasting(
            "This node cannot do volumeDevices, which the container %s asks for"
                .formatted(container.getName()));
      }
    }
    for (Container container : spec.getInitContainers()) {
      if (container.getRestartPolicy() != null && !ContainerView.isSidecar(container)) {
        throw PodProblem.lasting(
            "This node cannot do the restartPolicy %s of the init container %s"
                .formatted(container.getRestartPolicy(), container.getName()));
      }
    }
  }

  private static void checkVolume(Volume volume) throws PodProblem {
    if (volume.getHostPath() != null) {
      throw PodProblem.lasting(
          "Volume %s is a hostPath, which this node refuses".formatted(volume.getName()));
    }
    if (volume.getEmptyDir() == null
        && volume.getSecret() == null
        && volume.getConfigMap() == null
        && volume.getProjected() == null
        && volume.getDownwardAPI() == null
        && volume.getPersistentVolumeClaim() == null
        && volume.getImage() == null) {
      throw PodProblem.lasting(
          "Volume %s is of the kind %s, which this node cannot do"
              .formatted(volume.getName(), kindOf(volume)));
    }
  }

  private static String kindOf(Volume volume) {
    Map<?, ?> fields = Serialization.unmarshal(Serialization.asJson(volume), Map.class);
    return fields.keySet().stream()
        .map(String::valueOf)
        .filter(field -> !field.equals("name"))
        .findFirst()
        .orElse("unknown");
  }

  /** Device resources that a container asks for, with their number, in the order of their names. */
  static Map<String, Integer> devices(Container container) {
    Map<String, Integer> wanted = new TreeMap<>();
    if (container.getResources() == null || container.getResources().getLimits() == null) {
      return wanted;
    }
    for (Map.Entry<String, Quantity> limit : container.getResources().getLimits().entrySet()) {
      String name = limit.getKey();
      // Only names of a domain are plugins'; Kubernetes' own have none.
      if (name.contains("/") && !name.startsWith("kubernetes.io/")) {
        int number = limit.getValue().getNumericalAmount().intValue();
        if (number > 0) {
          wanted.put(name, number);
        }
      }
    }
    return wanted;
  }

  /** Init containers and ordinary ones. */
  static List<Container> allContainers(PodSpec spec) {
    return Stream.concat(spec.getInitContainers().stream(), spec.getContainers().stream()).toList();
  }
}
