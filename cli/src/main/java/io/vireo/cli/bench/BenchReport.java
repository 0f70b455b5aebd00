package io.vireo.cli.bench;

import java.util.Map;

/** What a benchmark found, for people, programs and pages. */
public interface BenchReport {

  /** Tables for a terminal. */
  String text();

  /** Tables for a page of {@code docs/}. */
  String markdown();

  /** Every value, as a tree of maps and lists. */
  Map<String, Object> json();
}
