package io.vireo.api.core;

import static io.vireo.api.core.Rule.invalid;
import static io.vireo.api.core.Rule.notFound;
import static io.vireo.api.core.Rule.required;
import static io.vireo.api.core.Rule.unsupported;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Rules about what concerns the pod around the guest, and about who gets into the guest. */
final class PodRules {

  static final Pattern DNS_LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
  private static final Pattern DNS_SUBDOMAIN =
      Pattern.compile(
          "(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
  private static final String[] PROBES = {"exec", "guestAgentPing", "httpGet", "tcpSocket"};
  private static final String CREDENTIALS = "accessCredentials[]";
  private static final String SSH = CREDENTIALS + ".sshPublicKey";

  static final List<Rule> ALL =
      Stream.of(names(), start(), probes(), credentials()).flatMap(List::stream).toList();

  private PodRules() {}

  private static List<Rule> names() {
    return List.of(
        invalid(
            "1",
            "hostname",
            (name, scope) -> name.isText() && !DNS_LABEL.matcher(name.text()).matches(),
            "{} does not conform to the kubernetes DNS_LABEL rules"),
        invalid(
            "2",
            "subdomain",
            (name, scope) -> name.isText() && !isSubdomain(name),
            "{} does not conform to the kubernetes DNS_SUBDOMAIN rules"),
        invalid(
            "70",
            "dnsPolicy",
            (policy, scope) ->
                policy.isTextBut("ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"),
            "DNSPolicy {} is not supported; it must be one of ClusterFirst,"
                + " ClusterFirstWithHostNet, Default, None"),
        invalid(
            "72",
            "evictionStrategy",
            (strategy, scope) ->
                strategy.isTextBut("None", "LiveMigrate", "LiveMigrateIfPossible", "External"),
            "{} is an unrecognized option; it must be one of None, LiveMigrate,"
                + " LiveMigrateIfPossible, External"),
        invalid(
            "84",
            "serviceAccountName",
            (name, scope) -> name.isText() && !isSubdomain(name),
            "{} is not a valid name of a ServiceAccount"),
        invalid(
            "84",
            "serviceAccountName",
            (name, scope) ->
                Rule.select(scope.spec(), "volumes[].serviceAccount.serviceAccountName").stream()
                    .anyMatch(other -> !other.text().equals(name.text())),
            "{} must reference the same ServiceAccount as the volume of that kind"),
        unsupported(
            "123",
            "architecture",
            (architecture, scope) -> architecture.isTextBut("amd64", "arm64", "s390x"),
            "unsupported architecture {}; it must be amd64"));
  }

  private static List<Rule> start() {
    return List.of(
        invalid(
            "29",
            "startStrategy",
            (strategy, scope) -> strategy.isTextBut("Paused"),
            "{} is an unrecognized option; it must be Paused"),
        invalid(
            "30",
            "startStrategy",
            (strategy, scope) ->
                strategy.text().equals("Paused") && scope.spec().has("livenessProbe"),
            "either startStrategy {} or livenessProbe should be provided, not both"));
  }

  private static List<Rule> probes() {
    List<Rule> rules = new ArrayList<>();
    for (String probe : List.of("readinessProbe", "livenessProbe")) {
      rules.add(
          invalid(
              "42",
              probe,
              (node, scope) -> node.count(PROBES) > 1,
              "must have exactly one probe type set"));
      rules.add(
          required(
              "42",
              probe,
              "",
              (node, scope) -> node.count(PROBES) == 0,
              "either exec, guestAgentPing, httpGet or tcpSocket must be set"));
      for (String handler : List.of("httpGet", "tcpSocket")) {
        rules.add(
            invalid(
                "43",
                probe + "." + handler,
                (node, scope) -> !scope.hasPodNetwork(),
                "is only allowed if the Pod Network is attached"));
      }
    }
    return rules;
  }

  private static List<Rule> credentials() {
    String methods = SSH + ".propagationMethod";
    List<Rule> rules = new ArrayList<>();
    rules.add(
        invalid(
            "67",
            CREDENTIALS,
            (credential, scope) -> credential.count("sshPublicKey", "userPassword") != 1,
            "must have exactly one access credential type set"));
    for (String kind : List.of("sshPublicKey", "userPassword")) {
      rules.add(
          invalid(
              "67",
              CREDENTIALS + "." + kind,
              (credential, scope) -> credential.get("source").keys().size() != 1,
              "must have exactly one source set"));
      rules.add(
          invalid(
              "67",
              CREDENTIALS + "." + kind,
              (credential, scope) -> credential.get("propagationMethod").keys().size() != 1,
              "must have exactly one propagationMethod set"));
    }
    rules.add(needsVolume(methods + ".noCloud", "cloudInitNoCloud"));
    rules.add(needsVolume(methods + ".configDrive", "cloudInitConfigDrive"));
    rules.add(
        required(
            "69",
            methods + ".qemuGuestAgent",
            "users",
            (agent, scope) -> agent.items("users").isEmpty(),
            "requires at least one user to be present"));
    return rules;
  }

  private static Rule needsVolume(String select, String kind) {
    return notFound(
        "68",
        select,
        (node, scope) -> scope.spec().items("volumes").stream().noneMatch(v -> v.has(kind)),
        "requires a " + kind + " volume to exist");
  }

  static boolean isSubdomain(Node name) {
    return DNS_SUBDOMAIN.matcher(name.text()).matches();
  }
}
