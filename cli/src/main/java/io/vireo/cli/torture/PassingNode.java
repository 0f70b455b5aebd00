package io.vireo.cli.torture;

import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.vireo.dev.kafka.KafkaUsers;
import io.vireo.dev.stack.StackClient;
import io.vireo.schemas.KafkaAccess;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** A node that Kubernetes has for a while, where nothing runs and nothing is placed. */
final class PassingNode {

  private final StackClient stack;
  private final KubernetesClient client;
  private final String name;

  PassingNode(StackClient stack, KubernetesClient client, String name) {
    this.stack = stack;
    this.client = client;
    this.name = name;
  }

  /** It gets its rights on the broker, then says that it offers launchers. */
  void appear() throws IOException, InterruptedException {
    grant();
    Map<String, Quantity> offers = Map.of("devices.vireo.io/launcher", new Quantity("1"));
    client
        .resource(
            new NodeBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withUnschedulable(true)
                .endSpec()
                .withNewStatus()
                .withCapacity(offers)
                .withAllocatable(offers)
                .endStatus()
                .build())
        .create();
  }

  private void grant() throws IOException, InterruptedException {
    List<AclBinding> rights =
        KafkaAccess.forNode(name).stream()
            .flatMap(grant -> grant.operations().stream().map(operation -> acl(grant, operation)))
            .toList();
    try (Admin admin = Admin.create(stack.kafka(KafkaUsers.ADMIN).clientSettings())) {
      admin.createAcls(rights).all().get();
    } catch (ExecutionException e) {
      throw new IOException("Expected Kafka to take the rights of " + name, e.getCause());
    }
  }

  private static AclBinding acl(KafkaAccess.Grant grant, KafkaAccess.Operation operation) {
    return new AclBinding(
        new ResourcePattern(
            ResourceType.valueOf(grant.resource().name()), grant.name(), PatternType.LITERAL),
        new AccessControlEntry(
            "User:" + grant.principal(),
            "*",
            AclOperation.valueOf(operation.name()),
            AclPermissionType.ALLOW));
  }

  void leave() {
    client.nodes().withName(name).delete();
  }
}
