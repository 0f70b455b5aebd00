package io.vireo.dev.kafka;

import io.vireo.schemas.KafkaAccess;
import io.vireo.schemas.TopicCreation;
import io.vireo.schemas.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialDeletion;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * Makes a broker complete: topics, users, rights and quotas as {@link Topics} and {@link
 * KafkaAccess} say. Doing it again changes nothing; what is on the broker and not in the table is
 * removed. So a broker that lost its disk comes back with all that its clients count on.
 */
final class KafkaProvisioning {

  private static final short ONE_REPLICA = 1;
  private static final long TIMEOUT_SECONDS = 60;
  private static final Duration VISIBLE_MAX = Duration.ofSeconds(30);
  private static final long LOOK_MS = 50;
  // Kafka's least for SCRAM-SHA-512. The passwords are random and long, so more would not help.
  private static final int SCRAM_ITERATIONS = 4096;

  // A node whose identity was stolen may fill its own topic; this bounds how fast, so that the
  // broker is left for the others. A node in order writes a few KiB a second.
  private static final Map<String, Double> NODE_QUOTAS =
      Map.of("producer_byte_rate", 1048576.0, "consumer_byte_rate", 4194304.0);

  private final Admin admin;
  private final KafkaUsers users;
  private final Collection<String> nodes;

  KafkaProvisioning(Admin admin, KafkaUsers users, Collection<String> nodes) {
    this.admin = admin;
    this.users = users;
    this.nodes = List.copyOf(nodes);
  }

  /**
   * Returns once the broker acts by it.
   *
   * @param partitions of each topic that is keyed by VMI
   */
  void complete(int partitions)
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    TopicCreation.ensure(admin, Topics.all(), partitions, ONE_REPLICA);
    Set<AclBinding> rights = rights();
    // What is too much goes first.
    Set<AclBinding> surplus = new HashSet<>(rightsOnBroker());
    surplus.removeAll(rights);
    admin
        .deleteAcls(surplus.stream().map(AclBinding::toFilter).toList())
        .all()
        .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    Set<AclBinding> missing = new HashSet<>(rights);
    missing.removeAll(rightsOnBroker());
    admin.createAcls(missing).all().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    alterUsers();
    limitNodes();
    awaitVisible(rights);
  }

  /** The table, in Kafka's terms. */
  private Set<AclBinding> rights() {
    List<KafkaAccess.Grant> grants = new ArrayList<>(KafkaAccess.components());
    nodes.forEach(node -> grants.addAll(KafkaAccess.forNode(node)));
    Set<AclBinding> rights = new HashSet<>();
    for (KafkaAccess.Grant grant : grants) {
      ResourcePattern pattern =
          new ResourcePattern(
              ResourceType.valueOf(grant.resource().name()),
              grant.name(),
              grant.prefixed() ? PatternType.PREFIXED : PatternType.LITERAL);
      for (KafkaAccess.Operation operation : grant.operations()) {
        rights.add(
            new AclBinding(
                pattern,
                new AccessControlEntry(
                    "User:" + grant.principal(),
                    "*",
                    AclOperation.valueOf(operation.name()),
                    AclPermissionType.ALLOW)));
      }
    }
    return rights;
  }

  private Collection<AclBinding> rightsOnBroker()
      throws InterruptedException, ExecutionException, TimeoutException {
    return admin.describeAcls(AclBindingFilter.ANY).values().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }

  private Set<String> usersOnBroker()
      throws InterruptedException, ExecutionException, TimeoutException {
    return admin
        .describeUserScramCredentials()
        .all()
        .get(TIMEOUT_SECONDS, TimeUnit.SECONDS)
        .keySet();
  }

  /** Sets every password, since nobody can ask the broker whether it still has the right one. */
  private void alterUsers()
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    List<UserScramCredentialAlteration> changes = new ArrayList<>();
    List<String> wanted = KafkaUsers.of(nodes);
    for (String user : wanted) {
      changes.add(
          new UserScramCredentialUpsertion(
              user,
              new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, SCRAM_ITERATIONS),
              users.password(user)));
    }
    for (String user : usersOnBroker()) {
      if (!wanted.contains(user) && !user.equals(KafkaUsers.ADMIN)) {
        changes.add(new UserScramCredentialDeletion(user, ScramMechanism.SCRAM_SHA_512));
      }
    }
    admin.alterUserScramCredentials(changes).all().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }

  private void limitNodes() throws InterruptedException, ExecutionException, TimeoutException {
    List<ClientQuotaAlteration.Op> limits =
        NODE_QUOTAS.entrySet().stream()
            .map(entry -> new ClientQuotaAlteration.Op(entry.getKey(), entry.getValue()))
            .toList();
    List<ClientQuotaAlteration> changes =
        nodes.stream()
            .map(
                node ->
                    new ClientQuotaAlteration(
                        new ClientQuotaEntity(
                            Map.of(ClientQuotaEntity.USER, KafkaAccess.node(node))),
                        limits))
            .toList();
    admin.alterClientQuotas(changes).all().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }

  /** The controller has it; the broker's authorizer follows the controller's log. */
  private void awaitVisible(Set<AclBinding> rights)
      throws InterruptedException, ExecutionException, TimeoutException {
    long deadline = System.nanoTime() + VISIBLE_MAX.toNanos();
    while (!Set.copyOf(rightsOnBroker()).equals(rights)
        || !usersOnBroker().containsAll(KafkaUsers.of(nodes))) {
      if (System.nanoTime() - deadline > 0) {
        throw new TimeoutException(
            "Expected the broker to act by the table of rights within "
                + VISIBLE_MAX.toSeconds()
                + " s, but it does not");
      }
      Thread.sleep(LOOK_MS);
    }
  }
}
