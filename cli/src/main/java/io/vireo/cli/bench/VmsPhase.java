package io.vireo.cli.bench;

import io.vireo.cli.bench.Figure.Unit;
import java.util.List;

/**
 * What was asked of all VirtualMachines at once.
 *
 * @param timesMs of each VirtualMachine, from the request until it showed what was asked for
 * @param writes of Vireo's accounts meanwhile
 */
record VmsPhase(String what, List<Double> timesMs, AuditLog.Writes writes) {

  private String key() {
    return what.replace(' ', '-');
  }

  Figure times() {
    return Figure.of(key(), what, Unit.MILLISECONDS, "watch", timesMs);
  }

  Section writesPerVm() {
    return writes.section(key() + "-writes", "Writes per VirtualMachine: " + what, timesMs.size());
  }
}
