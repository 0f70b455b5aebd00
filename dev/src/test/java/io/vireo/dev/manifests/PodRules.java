package io.vireo.dev.manifests;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.scheduling.v1.PriorityClass;
import io.vireo.dev.manifests.Shipped.Workload;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What every pod that ships keeps to; each rule that is broken gives a sentence. */
final class PodRules {

  /** The one part that is root and that mounts folders of its node. */
  static final String ON_THE_NODE = "node-executor";

  /** What docs/security.md gives the reasons for. */
  private static final List<String> HELPERS_CAPABILITIES =
      List.of("NET_ADMIN", "NET_BIND_SERVICE", "NET_RAW", "SYS_ADMIN");

  private final Shipped shipped;
  private final List<String> problems = new ArrayList<>();

  private PodRules(Shipped shipped) {
    this.shipped = shipped;
  }

  static List<String> problems(Shipped shipped) {
    PodRules rules = new PodRules(shipped);
    for (Workload workload : shipped.workloads()) {
      PodSpec pod = workload.template().getSpec();
      rules.pod(workload, pod);
      rules.volumes(workload, pod);
      for (Container container : pod.getContainers()) {
        rules.container(workload, container);
        if (!isHelper(workload, container)) {
          rules.probes(workload, container);
        }
      }
    }
    return rules.problems;
  }

  /**
   * It answers nobody but the container beside it, so there is nothing that a kubelet could ask.
   */
  private static boolean isHelper(Workload it, Container container) {
    return it.name().equals(ON_THE_NODE) && container.getName().equals("node-network");
  }

  private void expect(boolean holds, Workload where, String what) {
    if (!holds) {
      problems.add(where + ": expected " + what);
    }
  }

  private void pod(Workload it, PodSpec pod) {
    var security = pod.getSecurityContext();
    boolean onTheNode = it.name().equals(ON_THE_NODE);
    expect(
        security != null
            && security.getSeccompProfile() != null
            && "RuntimeDefault".equals(security.getSeccompProfile().getType()),
        it,
        "the runtime's seccomp profile");
    expect(
        onTheNode
            || (security != null
                && Boolean.TRUE.equals(security.getRunAsNonRoot())
                && Long.valueOf(65532).equals(security.getRunAsUser())),
        it,
        "user 65532, not root");
    expect(
        pod.getHostNetwork() == null && pod.getHostPID() == null && pod.getHostIPC() == null,
        it,
        "no namespace of the node");
    expect(
        pod.getPriorityClassName() != null
            && shipped.of(PriorityClass.class).stream()
                .anyMatch(c -> c.getMetadata().getName().equals(pod.getPriorityClassName())),
        it,
        "a priority class that ships");
    expect(
        shipped.of(ServiceAccount.class).stream()
            .anyMatch(a -> a.getMetadata().getName().equals(pod.getServiceAccountName())),
        it,
        "a service account that ships");
    boolean speaksToKubernetes = Set.of("ingest", "cluster-executor", "api").contains(it.name());
    expect(
        pod.getAutomountServiceAccountToken() != null
            && pod.getAutomountServiceAccountToken() == speaksToKubernetes,
        it,
        speaksToKubernetes ? "a token" : "no token");
    expect(Boolean.FALSE.equals(pod.getEnableServiceLinks()), it, "no variables of Services");
  }

  private void container(Workload it, Container container) {
    var security = container.getSecurityContext();
    expect(
        security != null
            && Boolean.FALSE.equals(security.getAllowPrivilegeEscalation())
            && Boolean.TRUE.equals(security.getReadOnlyRootFilesystem())
            && security.getPrivileged() == null
            && security.getCapabilities() != null
            && security.getCapabilities().getDrop().equals(List.of("ALL"))
            && security
                .getCapabilities()
                .getAdd()
                .equals(isHelper(it, container) ? HELPERS_CAPABILITIES : List.of()),
        it,
        "a read-only root, no capability (but the helper's four) and no way to more privilege");
    expect(
        !isHelper(it, container)
            || container.getVolumeMounts().stream()
                .allMatch(mount -> Set.of("network", "network-tmp").contains(mount.getName())),
        it,
        "the helper to mount nothing of the node");
    var resources = container.getResources();
    expect(
        resources != null
            && resources.getRequests().containsKey("cpu")
            && resources.getRequests().containsKey("memory")
            && resources.getLimits().containsKey("memory"),
        it,
        "requests of cpu and memory and a limit of memory");
    // A setting that a ConfigMap may name freely could be one of the JVM.
    expect(container.getEnvFrom().isEmpty(), it, "each variable by its name, not envFrom");
    expect("IfNotPresent".equals(container.getImagePullPolicy()), it, "IfNotPresent");
    expect(
        container.getVolumeMounts().stream().anyMatch(m -> m.getMountPath().equals("/tmp")),
        it,
        "a /tmp that can be written");
  }

  private void probes(Workload it, Container container) {
    Map<String, Probe> probes = new HashMap<>();
    probes.put("/healthz", container.getLivenessProbe());
    probes.put("/readyz", container.getReadinessProbe());
    probes.forEach(
        (path, probe) ->
            expect(
                probe != null
                    && probe.getHttpGet() != null
                    && path.equals(probe.getHttpGet().getPath())
                    && "health".equals(probe.getHttpGet().getPort().getStrVal()),
                it,
                "a probe of " + path));
    expect(container.getStartupProbe() != null, it, "a startup probe");
    String listensOn =
        container.getEnv().stream()
            .filter(v -> v.getName().equals("VIREO_HEALTH_ADDRESS"))
            .map(v -> v.getValue().substring(v.getValue().lastIndexOf(':') + 1))
            .findFirst()
            .orElse("none");
    expect(
        container.getPorts().stream()
            .anyMatch(
                p ->
                    "health".equals(p.getName())
                        && listensOn.equals(String.valueOf(p.getContainerPort()))),
        it,
        "port health to be that of VIREO_HEALTH_ADDRESS, " + listensOn);
  }

  private void volumes(Workload it, PodSpec pod) {
    Map<String, Volume> volumes = new HashMap<>();
    pod.getVolumes().forEach(volume -> volumes.put(volume.getName(), volume));
    Set<String> mounted = new HashSet<>();
    for (Container container : pod.getContainers()) {
      for (VolumeMount mount : container.getVolumeMounts()) {
        mounted.add(mount.getName());
        Volume volume = volumes.get(mount.getName());
        expect(volume != null, it, "a volume " + mount.getName());
        boolean given =
            volume != null && (volume.getSecret() != null || volume.getConfigMap() != null);
        expect(
            !given || Boolean.TRUE.equals(mount.getReadOnly()),
            it,
            mount.getName() + " to be mounted read-only");
      }
    }
    expect(mounted.equals(volumes.keySet()), it, "every volume to be mounted");
    for (Volume volume : volumes.values()) {
      expect(
          volume.getHostPath() == null || it.name().equals(ON_THE_NODE),
          it,
          "no folder of the node");
      expect(
          volume.getEmptyDir() == null || volume.getEmptyDir().getSizeLimit() != null,
          it,
          volume.getName() + " to have a size limit");
      // 0440 is 288, which both readings of YAML understand.
      expect(
          volume.getSecret() == null
              || Integer.valueOf(288).equals(volume.getSecret().getDefaultMode()),
          it,
          "secret " + volume.getName() + " to be for its user and group only");
    }
  }
}
