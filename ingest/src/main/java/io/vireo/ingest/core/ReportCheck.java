package io.vireo.ingest.core;

import io.vireo.ingest.core.Input.CommandEnd;
import io.vireo.ingest.core.Input.Report;
import io.vireo.ingest.core.Input.ReportedDomain;
import io.vireo.schemas.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What of a node's claims is taken. The topic says who speaks; a report that names another node, or
 * whose values no executor would send, is refused as a whole.
 */
public final class ReportCheck {

  /** Longest text for people. */
  public static final int TEXT_MAX = 1024;

  /** Highest number that is counted to; far from where adding one would overflow. */
  private static final long NUMBER_MAX = 1L << 52;

  private static final long AHEAD_MAX_MS = Duration.ofDays(1).toMillis();
  private static final int ID_MAX = 512;
  private static final int DOMAINS_MAX = 4096;
  private static final int INTERFACES_MAX = 64;
  private static final int ADDRESSES_MAX = 64;
  private static final int VOLUMES_MAX = 64;
  private static final int NAMES_MAX = 512;

  /** The part of a label's key behind its prefix. */
  private static final Pattern LABEL_NAME =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?");

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
  public static Optional<String> problem(Input.Reported reported, String claimedNode, long nowMs) {
    if (namesAnotherNode(reported.node(), claimedNode)) {
      return Optional.of("Expected a report of the topic's node, but it names another");
    }
    Input.Envelope envelope = reported.envelope();
    // A session that is far ahead would make every honest one after it count as old.
    if (!isTime(envelope.session(), nowMs)
        || envelope.sequence() < 0
        || envelope.sequence() > NUMBER_MAX) {
      return Optional.of("Expected a session that began until now, and a sequence that counts up");
    }
    if (!isShort(envelope.nodeUid())) {
      return Optional.of("Expected a Node uid of at most " + TEXT_MAX + " characters");
    }
    return switch (reported.report()) {
      case Report.Alive alive -> Optional.empty();
      case Report.ConsoleUsed used -> Optional.empty();
      case Report.CommandEnded end -> ofCommand(end.end(), nowMs);
      case Report.CommandUnusable unusable -> ofUnusable(reported.node(), unusable);
      case Report.DomainChanged changed -> ofDomain(changed.domain(), nowMs);
      case Report.AllDomains all ->
          all.domains().size() > DOMAINS_MAX
              ? Optional.of("Expected at most " + DOMAINS_MAX + " domains")
              : Stream.concat(
                      all.domains().stream().map(domain -> ofDomain(domain, nowMs)),
                      Stream.ofNullable(all.capabilities()).map(ReportCheck::ofCapabilities))
                  .flatMap(Optional::stream)
                  .findFirst();
    };
  }

  static boolean namesAnotherNode(String nodeOfTopic, String claimedNode) {
    return !nodeOfTopic.equals(claimedNode);
  }

  private static Optional<String> ofCommand(CommandEnd end, long nowMs) {
    if (!isId(end.commandId()) || !isId(end.vmiUid()) || !isId(end.commandType())) {
      return Optional.of("Expected a command id, a VMI uid and a command type");
    }
    if (!RESULTS.contains(end.result())) {
      return Optional.of("Expected one of the results of commands");
    }
    if (end.heldSeq() > NUMBER_MAX || !isTime(end.reportedMs(), nowMs)) {
      return Optional.of("Expected a number and a time that a command can have");
    }
    return isShort(end.reason()) && isShort(end.message())
        ? Optional.empty()
        : Optional.of("Expected a reason and a message of at most " + TEXT_MAX + " characters");
  }

  private static Optional<String> ofDomain(ReportedDomain domain, long nowMs) {
    if (!isId(domain.ref().uid()) || domain.epoch() < 0) {
      return Optional.of("Expected a VMI uid and an epoch of at least 0");
    }
    if (!STATES.contains(domain.state().name())) {
      return Optional.of("Expected one of the states of domains");
    }
    if (!isTime(domain.observedMs(), nowMs)) {
      return Optional.of("Expected an observation made until now");
    }
    if (!isShort(domain.ref().namespace())
        || !isShort(domain.ref().name())
        || !isShort(domain.state().reason())
        || !isShort(domain.state().message())
        || !isShort(domain.machineType())) {
      return Optional.of("Expected texts of at most " + TEXT_MAX + " characters");
    }
    if (!areShort(domain.interfaces())) {
      return Optional.of("Expected fewer or shorter network interfaces");
    }
    if (domain.agent() != null && !isShort(domain.agent())) {
      return Optional.of(
          "Expected texts of the guest's agent of at most " + TEXT_MAX + " characters");
    }
    return domain.volumes().size() <= VOLUMES_MAX
            && domain.volumes().stream().allMatch(v -> isShort(v.name()) && v.bytes() >= 0)
        ? Optional.empty()
        : Optional.of("Expected at most " + VOLUMES_MAX + " volumes, each with a name and a size");
  }

  /** They become the names of labels. */
  private static Optional<String> ofCapabilities(Capabilities all) {
    return Stream.of(all.machineTypes(), all.emulatedCpuModels(), all.hostCpuModels())
            .allMatch(
                names ->
                    names.size() <= NAMES_MAX
                        && names.stream().allMatch(name -> LABEL_NAME.matcher(name).matches()))
        ? Optional.empty()
        : Optional.of(
            "Expected at most " + NAMES_MAX + " machine types or CPU models, each a label's name");
  }

  private static Optional<String> ofUnusable(String node, Report.CommandUnusable unusable) {
    Origin origin = unusable.origin();
    if (!origin.topic().equals(Topics.nodeCommands(node).name())) {
      return Optional.of("Expected a record of the node's own commands");
    }
    return origin.partition() >= 0
            && origin.offset() >= 0
            && origin.size() >= 0
            && origin.sha256().matches("[0-9a-f]{64}")
            && isShort(unusable.reason())
            && isShort(unusable.message())
        ? Optional.empty()
        : Optional.of("Expected a place in a topic, a hash, and short texts");
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
                        && isShort(each.linkState())
                        && each.queueCount() >= 0
                        && each.ips().size() <= ADDRESSES_MAX
                        && each.ips().stream().allMatch(ReportCheck::isShort));
  }

  private static boolean isShort(DomainSnapshot.GuestAgent agent) {
    return Stream.of(
            agent.osId(),
            agent.osName(),
            agent.osPrettyName(),
            agent.osVersion(),
            agent.osVersionId(),
            agent.kernelRelease(),
            agent.kernelVersion(),
            agent.machine())
        .allMatch(ReportCheck::isShort);
  }

  /** An id has no slash where it becomes a record's key: those are reserved. */
  private static boolean isId(String id) {
    return !id.isBlank() && id.length() <= ID_MAX && !id.startsWith("control/");
  }

  /** Clocks differ, but not by days. */
  private static boolean isTime(long ms, long nowMs) {
    return ms >= 0 && ms <= nowMs + AHEAD_MAX_MS;
  }

  private static boolean isShort(@Nullable String text) {
    return text == null || text.length() <= TEXT_MAX;
  }
}
