package io.vireo.ingest.core;

import io.vireo.ingest.core.EarlyReports.Early;
import io.vireo.ingest.core.Input.CommandEnd;
import io.vireo.ingest.core.Input.Report;
import io.vireo.ingest.core.Input.ReportedDomain;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What follows from a checked report: signs of life, gaps, and what the node says of the epochs
 * that it was given. A snapshot is taken entry by entry: an executor also tells of VMIs that are
 * long forgotten here, and that must not hide what it says of the others.
 */
final class Reports {

  private static final String VMI_NOT_ON_NODE = "VmiNotOnNode";
  private static final long REFUSALS_TOLD_EVERY_MS = 1_000;

  private final DomainBook domains;
  private final NodeBook nodes;
  private final Placements placements;
  private final Predicate<String> ended;
  private final UnaryOperator<String> subjects;
  private final GapBook gaps = new GapBook();
  private final EarlyReports early = new EarlyReports();
  private final Throttle refusals = new Throttle(REFUSALS_TOLD_EVERY_MS);
  private long refused;

  Reports(
      DomainBook domains,
      NodeBook nodes,
      Placements placements,
      Predicate<String> ended,
      UnaryOperator<String> subjects) {
    this.domains = domains;
    this.nodes = nodes;
    this.placements = placements;
    this.ended = ended;
    this.subjects = subjects;
  }

  List<Output> reported(Input.Reported reported, long nowMs) {
    String node = reported.node();
    Input.Envelope envelope = reported.envelope();
    List<Output> outputs = new ArrayList<>(nodes.heard(node, envelope.session(), nowMs));
    outputs.addAll(gaps.heard(node, envelope.session(), envelope.sequence(), nowMs));
    switch (reported.report()) {
      case Report.Alive alive -> {}
      case Report.ConsoleUsed used -> {}
      case Report.CommandUnusable unusable ->
          outputs.add(
              new Output.Unusable(
                  "node/" + node, unusable.origin(), unusable.reason(), unusable.message()));
      case Report.CommandEnded end -> outputs.addAll(take(reported, List.of(), end.end(), nowMs));
      case Report.DomainChanged changed ->
          outputs.addAll(take(reported, List.of(changed.domain()), null, nowMs));
      case Report.AllDomains all -> {
        List<ReportedDomain> open =
            all.domains().stream().filter(domain -> !ended.test(domain.ref().uid())).toList();
        outputs.addAll(take(reported, open, null, nowMs));
        outputs.addAll(domains.leftOut(origin(reported), open, nowMs));
        outputs.addAll(nodes.capable(node, all.capabilities()));
      }
    }
    return outputs;
  }

  private List<Output> take(
      Input.Reported reported, List<ReportedDomain> said, @Nullable CommandEnd end, long nowMs) {
    List<Output> outputs = new ArrayList<>();
    Early rest = takeKnown(new Early(reported, said, end, nowMs + EarlyReports.WAIT_MS), outputs);
    if (!rest.isDone() && !early.add(rest)) {
      refuse(rest, nowMs, outputs);
    }
    return outputs;
  }

  /** Takes what the node may say and returns what it may not say yet. */
  private Early takeKnown(Early report, List<Output> outputs) {
    String node = report.report().node();
    List<ReportedDomain> rest = new ArrayList<>();
    for (ReportedDomain domain : report.domains()) {
      if (ended.test(domain.ref().uid())) {
        continue;
      }
      if (placements.maySpeakOf(node, domain.ref().uid(), domain.epoch())) {
        outputs.addAll(domains.reported(origin(report.report()), domain));
      } else {
        rest.add(domain);
      }
    }
    CommandEnd end = report.end();
    if (end != null
        && (ended.test(end.vmiUid()) || placements.mayHold(node, end.vmiUid(), end.heldEpoch()))) {
      // Of a VMI that has ended nothing is kept; a stray of it may still be destroyed.
      outputs.add(new Output.CommandOutcome(node, subjects.apply(end.vmiUid()), end));
      end = null;
    }
    return new Early(report.report(), rest, end, report.untilMs());
  }

  private DomainBook.DomainReportOrigin origin(Input.Reported reported) {
    String known = nodes.uidOf(reported.node());
    @Nullable String claimed = reported.envelope().nodeUid();
    String nodeUid = !known.isEmpty() ? known : claimed == null ? "" : claimed;
    return new DomainBook.DomainReportOrigin(reported.node(), nodeUid, reported.envelope());
  }

  /** It became known that a node was given an epoch. */
  List<Output> given(String node) {
    List<Output> outputs = new ArrayList<>();
    early.retry(node, report -> takeKnown(report, outputs));
    return outputs;
  }

  List<Output> woken(long nowMs) {
    List<Output> outputs = new ArrayList<>();
    for (Early report : early.expired(nowMs)) {
      Early rest = takeKnown(report, outputs);
      if (!rest.isDone()) {
        refuse(rest, nowMs, outputs);
      }
    }
    return outputs;
  }

  private void refuse(Early report, long nowMs, List<Output> outputs) {
    refused++;
    String node = report.report().node();
    refusals
        .pass(node, nowMs)
        .ifPresent(
            before ->
                outputs.add(
                    new Output.Unusable(
                        Output.INGEST,
                        report.report().origin(),
                        VMI_NOT_ON_NODE,
                        "Expected a report about what node "
                            + node
                            + " was given, but it speaks of "
                            + report.about()
                            + (before == 0 ? "" : "; " + before + " more were refused before"))));
  }

  /** Reports, or ends of VMIs, were lost before they were read. */
  List<Output> lost(Input.Lost lost, long nowMs) {
    return gaps.lost(lost.whose(), lost.what(), nowMs);
  }

  OptionalLong nextWakeUp() {
    return early.nextExpiry();
  }

  boolean keeps(Input.Reported reported) {
    return early.keeps(reported);
  }

  Counts counts() {
    return new Counts(gaps.found(), refused, early.size());
  }

  /** Gaps found and reports refused since the start; reports that wait now. */
  record Counts(long gaps, long refused, int waiting) {}
}
