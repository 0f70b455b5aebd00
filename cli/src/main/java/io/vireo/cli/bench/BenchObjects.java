package io.vireo.cli.bench;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.vireo.cli.Cluster;
import io.vireo.dev.images.VireoImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The pods and virtual machines of one run, which bear a label of this run. */
final class BenchObjects {

  static final String NAMESPACE = "default";
  private static final String VMI_LABEL = "vireo-bench-vmi";
  private static final String POD_LABEL = "vireo-bench-pod";
  private static final String CLAIM_LABEL = "vireo-bench-claim";

  private final KubernetesClient client;
  private final Path example;
  private final String run;

  /**
   * @param example manifest of the virtual machine
   */
  BenchObjects(KubernetesClient client, Path example) {
    this.client = client;
    this.example = example;
    byte[] random = new byte[3];
    new SecureRandom().nextBytes(random);
    this.run = HexFormat.of().formatHex(random);
  }

  KubernetesClient client() {
    return client;
  }

  /** A pod that only waits. */
  Pod pod(int number) {
    return new PodBuilder()
        .withNewMetadata()
        .withNamespace(NAMESPACE)
        .withName("bench-pod-" + run + "-" + number)
        .withLabels(Map.of(POD_LABEL, run))
        .endMetadata()
        .withNewSpec()
        .withAutomountServiceAccountToken(false)
        .withRestartPolicy("Never")
        .withTerminationGracePeriodSeconds(1L)
        .addNewContainer()
        .withName("pause")
        .withImage(VireoImage.PAUSE.reference())
        .withImagePullPolicy("IfNotPresent")
        .endContainer()
        .endSpec()
        .build();
  }

  /** The example, under a name of its own. Its end is not measured, so it gets no time for that. */
  GenericKubernetesResource vmi(String suffix) throws IOException {
    GenericKubernetesResource vmi =
        Serialization.unmarshal(Files.readString(example), GenericKubernetesResource.class);
    Map<String, String> labels = new HashMap<>();
    if (vmi.getMetadata().getLabels() != null) {
      labels.putAll(vmi.getMetadata().getLabels());
    }
    labels.put(VMI_LABEL, run);
    vmi.getMetadata().setName("bench-" + run + "-" + suffix);
    vmi.getMetadata().setLabels(labels);
    Map<String, Object> spec = new HashMap<>(vmi.<Map<String, Object>>get("spec"));
    spec.put("terminationGracePeriodSeconds", 0);
    vmi.setAdditionalProperty("spec", spec);
    return vmi;
  }

  /** The same with a claim of its own as the second disk. */
  GenericKubernetesResource vmiWithDisk(String suffix, PlainMachine.Options options)
      throws IOException {
    GenericKubernetesResource vmi = vmi(suffix);
    Map<String, Object> spec = vmi.get("spec");
    List<Object> disks =
        new ArrayList<>(vmi.<List<Object>>get("spec", "domain", "devices", "disks"));
    Map<String, Object> disk =
        new HashMap<>(Map.of("name", "data", "disk", Map.of("bus", "virtio")));
    options.cache().ifPresent(cache -> disk.put("cache", cache));
    options.io().ifPresent(io -> disk.put("io", io));
    disks.add(disk);
    vmi.<Map<String, Object>>get("spec", "domain", "devices").put("disks", disks);
    List<Object> volumes = new ArrayList<>(vmi.<List<Object>>get("spec", "volumes"));
    volumes.add(Map.of("name", "data", "persistentVolumeClaim", Map.of("claimName", claimName())));
    spec.put("volumes", volumes);
    return vmi;
  }

  private String claimName() {
    return "bench-" + run;
  }

  /** Makes that claim, of the default class. */
  void claim(long mib) {
    client
        .resource(
            new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withNamespace(NAMESPACE)
                .withName(claimName())
                .withLabels(Map.of(CLAIM_LABEL, run))
                .endMetadata()
                .withNewSpec()
                .withAccessModes("ReadWriteOnce")
                .withNewResources()
                .withRequests(Map.of("storage", new Quantity(mib + "Mi")))
                .endResources()
                .endSpec()
                .build())
        .create();
  }

  /** Name of the volume that the claim is bound to; empty while it is not. */
  Optional<String> volume() {
    return Optional.ofNullable(
            client.persistentVolumeClaims().inNamespace(NAMESPACE).withName(claimName()).get())
        .map(claim -> claim.getSpec().getVolumeName());
  }

  GenericKubernetesResource apply(GenericKubernetesResource vmi) {
    return client.resource(vmi).inNamespace(NAMESPACE).create();
  }

  void delete(GenericKubernetesResource vmi) {
    client
        .genericKubernetesResources(Cluster.VMI)
        .inNamespace(NAMESPACE)
        .withName(vmi.getMetadata().getName())
        .delete();
  }

  /** Asks for the end of all that is left of this run. */
  void removeAll() {
    client
        .genericKubernetesResources(Cluster.VMI)
        .inNamespace(NAMESPACE)
        .withLabel(VMI_LABEL, run)
        .delete();
    client.pods().inNamespace(NAMESPACE).withLabel(POD_LABEL, run).delete();
    client.persistentVolumeClaims().inNamespace(NAMESPACE).withLabel(CLAIM_LABEL, run).delete();
  }
}
