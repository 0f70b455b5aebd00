package io.vireo.ingest.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.vireo.containers.TestKafka;
import io.vireo.containers.TestKubernetes;
import io.vireo.ingest.IngestMain;
import io.vireo.ingest.kafka.KafkaSettings;
import io.vireo.schemas.KafkaConnection;
import io.vireo.schemas.OwnedFields;
import io.vireo.schemas.Topic;
import io.vireo.schemas.TopicCreation;
import io.vireo.schemas.Topics;
import io.vireo.schemas.avro.VmDesired;
import io.vireo.schemas.avro.Vmi;
import io.vireo.schemas.avro.VmiDeleted;
import io.vireo.schemas.avro.VmiDesired;
import io.vireo.schemas.avro.VmiListComplete;
import io.vireo.schemas.avro.VmiOwner;
import io.vireo.schemas.avro.VmiOwnerDeleted;
import io.vireo.schemas.avro.VmiOwnerListComplete;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ingest with the account and the rights that ship, against a Kubernetes that is not ours. */
class RealKubernetesIT {

  private static final Path SHIPPED = Path.of("../k8s/base/cluster");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(200);

  @TempDir Path folder;

  @Test
  void shouldTurnTheLifeOfAVmiIntoRecords() throws Exception {
    try (TestKubernetes kubernetes = TestKubernetes.start();
        TestKafka kafka = TestKafka.start()) {
      KafkaConnection connection = KafkaConnection.plaintext(kafka.bootstrapServers());
      try (Admin admin = Admin.create(KafkaSettings.admin(connection))) {
        TopicCreation.ensure(admin, Topics.all(), 1, (short) 1);
        TopicCreation.awaitAll(admin, Topics.all(), PATIENCE);
      }
      Config administrator = Config.fromKubeconfig(kubernetes.kubeconfig());
      try (KubernetesClient client =
          new KubernetesClientBuilder().withConfig(administrator).build()) {
        applyShipped(client);
        HasMetadata before = client.resource(vmi("before")).create();
        try (AutoCloseable ingest = start(connection, kubeconfig(client));
            KafkaConsumer<String, byte[]> reader = reader(connection, Topics.VMI_DESIRED)) {
          List<VmiDesired> seen = new ArrayList<>();
          until(
              reader, seen, Topics.VMI_DESIRED, each -> each.getBody() instanceof VmiListComplete);
          assertThat(seen)
              .as("what was there before the list is complete")
              .anyMatch(each -> isOf(each, before));

          HasMetadata after = client.resource(vmi("after")).create();
          until(reader, seen, Topics.VMI_DESIRED, each -> isOf(each, after));
          client.resource(after).delete();
          until(
              reader,
              seen,
              Topics.VMI_DESIRED,
              each ->
                  each.getBody() instanceof VmiDeleted gone
                      && gone.getUid().equals(after.getMetadata().getUid()));
          readOwners(client, connection);
        }
      }
    }
  }

  private static void readOwners(KubernetesClient client, KafkaConnection connection)
      throws Exception {
    try (KafkaConsumer<String, byte[]> reader = reader(connection, Topics.VM_DESIRED)) {
      List<VmDesired> seen = new ArrayList<>();
      for (String kind : List.of("VirtualMachine", "VirtualMachineInstanceReplicaSet")) {
        until(
            reader,
            seen,
            Topics.VM_DESIRED,
            each ->
                each.getBody() instanceof VmiOwnerListComplete complete
                    && complete.getKind().equals(kind));
        GenericKubernetesResource owner = client.resource(owner(kind)).create();
        String uid = owner.getMetadata().getUid();
        until(
            reader,
            seen,
            Topics.VM_DESIRED,
            each ->
                each.getBody() instanceof VmiOwner told
                    && told.getKind().equals(kind)
                    && told.getUid().equals(uid)
                    && told.getSpecJson().contains("64Mi"));
        owner.setAdditionalProperty("status", status(kind));
        client.resource(owner).updateStatus();
        until(
            reader,
            seen,
            Topics.VM_DESIRED,
            each ->
                each.getBody() instanceof VmiOwner told
                    && told.getUid().equals(uid)
                    && told.getStatusHash().equals(OwnedFields.ownerStatusHash(kind, status(kind)))
                    && told.getStateChangeRequests().size()
                        == (kind.equals("VirtualMachine") ? 1 : 0));
        client.resource(owner).delete();
        until(
            reader,
            seen,
            Topics.VM_DESIRED,
            each -> each.getBody() instanceof VmiOwnerDeleted gone && gone.getUid().equals(uid));
      }
    }
  }

  private static Map<String, Object> status(String kind) {
    return kind.equals("VirtualMachine")
        ? Map.of(
            "printableStatus",
            "Stopped",
            "stateChangeRequests",
            List.of(Map.of("action", "Start", "data", Map.of("paused", "true"))))
        : Map.of("replicas", 3, "readyReplicas", 1);
  }

  private static GenericKubernetesResource owner(String kind) {
    return Serialization.unmarshal(
        """
        apiVersion: kubevirt.io/v1
        kind: %s
        metadata: {name: owner, namespace: default}
        spec:
          %s
          template:
            metadata: {labels: {app: web}}
            spec:
              domain:
                devices: {}
                memory: {guest: 64Mi}
        """
            .formatted(
                kind,
                kind.equals("VirtualMachine")
                    ? "runStrategy: Manual"
                    : "selector: {matchLabels: {app: web}}"),
        GenericKubernetesResource.class);
  }

  private static boolean isOf(VmiDesired record, HasMetadata object) {
    return record.getBody() instanceof Vmi vmi
        && vmi.getUid().equals(object.getMetadata().getUid())
        && vmi.getName().equals(object.getMetadata().getName());
  }

  private static void applyShipped(KubernetesClient client) throws Exception {
    for (String file :
        List.of(
            "namespace.yaml",
            "crds/virtualmachineinstances.yaml",
            "crds/virtualmachines.yaml",
            "crds/virtualmachineinstancereplicasets.yaml",
            "rbac.yaml")) {
      try (InputStream manifest = Files.newInputStream(SHIPPED.resolve(file))) {
        client.load(manifest).create();
      }
    }
    for (String kind :
        List.of(
            "virtualmachineinstances", "virtualmachines", "virtualmachineinstancereplicasets")) {
      established(client, kind + ".kubevirt.io");
    }
  }

  private static void established(KubernetesClient client, String name) {
    client
        .resources(CustomResourceDefinition.class)
        .withName(name)
        .waitUntilCondition(
            crd ->
                crd != null
                    && crd.getStatus() != null
                    && crd.getStatus().getConditions().stream()
                        .anyMatch(
                            each ->
                                each.getType().equals("Established")
                                    && each.getStatus().equals("True")),
            PATIENCE.toSeconds(),
            TimeUnit.SECONDS);
  }

  private static GenericKubernetesResource vmi(String name) {
    return Serialization.unmarshal(
        """
        apiVersion: kubevirt.io/v1
        kind: VirtualMachineInstance
        metadata: {name: %s, namespace: default}
        spec:
          domain:
            devices: {}
            memory: {guest: 64Mi}
        """
            .formatted(name),
        GenericKubernetesResource.class);
  }

  /** With a token of ingest's account, so that a right that is missing fails the test. */
  private Path kubeconfig(KubernetesClient client) throws Exception {
    String token =
        client
            .serviceAccounts()
            .inNamespace("vireo")
            .withName("ingest")
            .tokenRequest(new TokenRequest())
            .getStatus()
            .getToken();
    Config config = client.getConfiguration();
    return Files.writeString(
        folder.resolve("kubeconfig"),
        """
        apiVersion: v1
        kind: Config
        current-context: ingest
        contexts: [{name: ingest, context: {cluster: c, user: ingest}}]
        clusters: [{name: c, cluster: {server: "%s", certificate-authority-data: "%s"}}]
        users: [{name: ingest, user: {token: "%s"}}]
        """
            .formatted(config.getMasterUrl(), config.getCaCertData(), token));
  }

  private AutoCloseable start(KafkaConnection connection, Path kubeconfig) throws Exception {
    return IngestMain.start(
        Map.of(
            "VIREO_KAFKA_BOOTSTRAP_SERVERS",
            connection.bootstrapServers(),
            "VIREO_HEALTH_ADDRESS",
            "127.0.0.1:0",
            "VIREO_INGEST_HASH_KEY_FILE",
            folder.resolve("hash.key").toString(),
            "VIREO_KUBECONFIG",
            kubeconfig.toString()));
  }

  private static KafkaConsumer<String, byte[]> reader(KafkaConnection connection, Topic<?> topic) {
    KafkaConsumer<String, byte[]> reader = new KafkaConsumer<>(KafkaSettings.consumer(connection));
    List<TopicPartition> only = List.of(new TopicPartition(topic.name(), 0));
    reader.assign(only);
    reader.seekToBeginning(only);
    return reader;
  }

  /** Reads on until a record is what was waited for. */
  private static <T extends SpecificRecord> void until(
      KafkaConsumer<String, byte[]> reader, List<T> seen, Topic<T> topic, Predicate<T> wanted)
      throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (seen.stream().noneMatch(wanted)) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("Expected another record within " + PATIENCE + ": " + seen);
      }
      for (var record : reader.poll(POLL)) {
        if (record.value() != null) {
          seen.add(topic.decode(record.value()));
        }
      }
    }
  }
}
