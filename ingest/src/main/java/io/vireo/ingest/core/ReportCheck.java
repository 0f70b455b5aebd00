package io.vireo.ingest.core;

import io.vireo.ingest.core.Input.CommandEnd;
import io.vireo.ingest.core.Input.Report;
import io.vireo.ingest.core.Input.ReportedDomain;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What of a node's claims is taken. The topic says who speaks; a report that names another node, or
 * whose values no executor would send, is refused as a whole.
 */
public final class ReportCheck {

  /** Longest text for people. */
  public static final int TEXT_MAX = 1024;

  private static final int ID_MAX = 512;
  private static final int DOMAINS_MAX = 4096;
  private static final int INTERFACES_MAX = 64;
  private static final int ADDRESSES_MAX = 64;
  private static final Set<String> STATES =
      Set.of(
          "launcher-connected",
          "preparing-failed",
          "running",
          "paused",
          "shutdown",
          DomainSnapshot.ENDED,
          DomainSnapshot.UNKNOWN);
  private static final Set<String> RESULTS =
      Set.of("Done", "Refused", "Failed", "Superseded", "Expired", "Unknown");

  private ReportCheck() {}

  /**
   * Why a report is not taken.
   *
   * @param claimedNode the node that the payload names
   */
  public static Optional<String> problem(Input.Reported reported, String claimedNode) {
    if (namesAnotherNode(reported.node(), claimedNode)) {
      return Optional.of("Expected a report of the topic's node, but it names another");
    }
    if (reported.envelope().session() < 0 || reported.envelope().sequence() < 0) {
      return Optional.of("Expected a session and a sequence of at least 0");
    }
    return switch (reported.report()) {
      case Report.Alive alive -> Optional.empty();
      case Report.ConsoleUsed used -> Optional.empty();
      case Report.CommandEnded end -> ofCommand(end.end());
      case Report.DomainChanged changed -> ofDomain(changed.domain());
      case Report.AllDomains all ->
          all.domains().size() > DOMAINS_MAX
              ? Optional.of("Expected at most " + DOMAINS_MAX + " domains")
              : all.domains().stream()
                  .map(ReportCheck::ofDomain)
                  .flatMap(Optional::stream)
                  .findFirst();
    };
  }

  static boolean namesAnotherNode(String nodeOfTopic, String claimedNode) {
    return !nodeOfTopic.equals(claimedNode);
  }

  private static Optional<String> ofCommand(CommandEnd end) {
    if (!isId(end.commandId()) || !isId(end.vmiUid()) || !isId(end.commandType())) {
      return Optional.of("Expected a command id, a VMI uid and a command type");
    }
    if (!RESULTS.contains(end.result())) {
      return Optional.of("Expected one of the results of commands");
    }
    return isShort(end.reason()) && isShort(end.message())
        ? Optional.empty()
        : Optional.of("Expected a reason and a message of at most " + TEXT_MAX + " characters");
  }

  private static Optional<String> ofDomain(ReportedDomain domain) {
    if (!isId(domain.ref().uid()) || domain.epoch() < 0) {
      return Optional.of("Expected a VMI uid and an epoch of at least 0");
    }
    if (!STATES.contains(domain.state().name())) {
      return Optional.of("Expected one of the states of domains");
    }
    if (!isShort(domain.state().reason())
        || !isShort(domain.state().message())
        || !isShort(domain.machineType())) {
      return Optional.of("Expected texts of at most " + TEXT_MAX + " characters");
    }
    return areShort(domain.interfaces())
        ? Optional.empty()
        : Optional.of("Expected fewer or shorter network interfaces");
  }

  private static boolean areShort(List<DomainSnapshot.GuestInterface> interfaces) {
    return interfaces.size() <= INTERFACES_MAX
        && interfaces.stream()
            .allMatch(
                each ->
                    isShort(each.name())
                        && isShort(each.mac())
                        && isShort(each.ip())
                        && isShort(each.interfaceName())
                        && isShort(each.infoSource())
                        && each.ips().size() <= ADDRESSES_MAX
                        && each.ips().stream().allMatch(ReportCheck::isShort));
  }

  /** An id has no slash where it becomes a record's key: those are reserved. */
  private static boolean isId(String id) {
    return !id.isBlank() && id.length() <= ID_MAX && !id.startsWith("control/");
  }

  private static boolean isShort(@Nullable String text) {
    return text == null || text.length() <= TEXT_MAX;
  }
}
