package io.vireo.e2e;

import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Which rights Vireo's accounts have, and which they used, by the API server's audit log. */
final class RightsAudit {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final String ACCOUNTS = "system:serviceaccount:vireo:";

  private RightsAudit() {}

  /** Each right as {@code account verb group/resource}, of all roles that are bound to accounts. */
  static Set<String> granted(KubernetesClient client) {
    Set<String> rights = new TreeSet<>();
    for (ClusterRoleBinding binding : client.rbac().clusterRoleBindings().list().getItems()) {
      if (binding.getSubjects() == null) {
        continue;
      }
      binding.getSubjects().stream()
          .filter(subject -> "vireo".equals(subject.getNamespace()))
          .forEach(
              subject ->
                  add(
                      rights,
                      subject.getName(),
                      client
                          .rbac()
                          .clusterRoles()
                          .withName(binding.getRoleRef().getName())
                          .get()
                          .getRules()));
    }
    for (RoleBinding binding :
        client.rbac().roleBindings().inNamespace("vireo").list().getItems()) {
      Role role =
          client.rbac().roles().inNamespace("vireo").withName(binding.getRoleRef().getName()).get();
      binding.getSubjects().forEach(subject -> add(rights, subject.getName(), role.getRules()));
    }
    return rights;
  }

  private static void add(Set<String> rights, String account, List<PolicyRule> rules) {
    rules.forEach(
        rule ->
            rule.getApiGroups()
                .forEach(
                    group ->
                        rule.getResources()
                            .forEach(
                                resource ->
                                    rule.getVerbs()
                                        .forEach(
                                            verb ->
                                                rights.add(
                                                    account + " " + verb + " " + group + "/"
                                                        + resource)))));
  }

  /** The same of every request that was allowed or, with {@code allowed} false, that was not. */
  static Set<String> requested(Path auditLog, boolean allowed) throws IOException {
    Set<String> rights = new TreeSet<>();
    try (Stream<String> lines = Files.lines(auditLog)) {
      lines.forEach(line -> read(line, allowed, rights));
    }
    return rights;
  }

  private static void read(String line, boolean allowed, Set<String> rights) {
    try {
      JsonNode event = MAPPER.readTree(line);
      String user = event.path("user").path("username").asString("");
      String decision =
          event.path("annotations").path("authorization.k8s.io/decision").asString("");
      JsonNode object = event.path("objectRef");
      if (user.startsWith(ACCOUNTS)
          && !object.isMissingNode()
          && decision.equals(allowed ? "allow" : "forbid")) {
        String sub = object.path("subresource").asString("");
        rights.add(
            user.substring(ACCOUNTS.length())
                + " "
                + event.path("verb").asString("")
                + " "
                + object.path("apiGroup").asString("")
                + "/"
                + object.path("resource").asString("")
                + (sub.isEmpty() ? "" : "/" + sub));
      }
    } catch (JacksonException e) {
      // The last line may be cut.
    }
  }
}
