package io.vireo.cli;

import io.vireo.cli.nodes.NodeStanding;
import io.vireo.schemas.avro.NodeAction;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.function.UnaryOperator;

/** What a person is told before and after a word about a node. */
final class NodeWordText {

  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

  private NodeWordText() {}

  /** What the administrator vouches for, and about whom. */
  static String explanation(
      NodeWord.Wish wish,
      NodeStanding standing,
      List<StackStatus.VmiStatus> vmis,
      UnaryOperator<String> command) {
    String meaning =
        wish.action() == NodeAction.Fence
            ? """
              Fencing says, on the record and in your name, that this machine is off and that every
              guest that ran on it is dead. Vireo takes your word for proof: the virtual machines that
              were bound to the node count as ended, and may start elsewhere at once.

              If the word is wrong, the same virtual machine runs twice, and two guests that write to
              one disk destroy it. A machine that only does not answer may well run: switch it off
              first, where you can see that it is off.
              """
            : """
              Forgetting takes the fence back, on the record and in your name: the machine was off
              since it was fenced, runs no guest of before, and is judged by what it says from now on.

              If the word is wrong, a guest of before may run there beside its successor, and two
              guests that write to one disk destroy it.
              """;
    return meaning
        + "\n"
        + node(standing)
        + "\n"
        + bound(vmis)
        + (wish.action() == NodeAction.Fence && standing.isAlive()
            ? "\nNote: " + alive(standing) + "\n"
            : "")
        + "\nNothing was done. If you vouch for it: "
        + command.apply(
            (wish.action() == NodeAction.Fence ? "fence " : "forget ")
                + standing.node()
                + " --confirm")
        + "\n";
  }

  /** Why a node that speaks is not fenced. */
  static String alive(NodeStanding standing) {
    return "%s is %s: its executor speaks, so the machine runs, and its guests with it;"
            .formatted(standing.node(), standing.state())
        + " fencing it would let them run twice. Switch the machine off and wait until it is Lost,"
        + " or add --force if you know better";
  }

  /** What comes of it. */
  static String follows(
      NodeWord.Wish wish, List<StackStatus.VmiStatus> vmis, UnaryOperator<String> command) {
    return wish.action() == NodeAction.Fence
        ? wish.node()
            + " is fenced.\n"
            + bound(vmis)
            + (vmis.isEmpty()
                ? ""
                : "They count as ended: each becomes Failed, and whoever wants it to run may start"
                    + " it anew elsewhere.\n")
            + "No virtual machine starts on this node until: "
            + command.apply("forget " + wish.node() + " --confirm")
            + "\n"
        : wish.node()
            + " is judged anew: it gets virtual machines again once its executor speaks.\n"
            + bound(vmis);
  }

  private static String node(NodeStanding standing) {
    return new TextTable("NODE", "STANDING", "AT", "EXECUTOR HEARD", "UID", "REASON")
        .row(
            standing.node(),
            standing.state().name(),
            standing.observedAt() == 0 ? "-" : time(standing.observedAt()),
            standing.heartbeat() == null ? "-" : time(standing.heartbeat()),
            standing.uid(),
            standing.reason())
        .render();
  }

  private static String bound(List<StackStatus.VmiStatus> vmis) {
    if (vmis.isEmpty()) {
      return "No virtual machine instance is bound to it.\n";
    }
    TextTable table = new TextTable("NAMESPACE", "VMI", "PHASE");
    vmis.forEach(vmi -> table.row(vmi.namespace(), vmi.name(), vmi.phase()));
    return "Bound to it:\n" + table.render();
  }

  static String time(long millis) {
    return TIME.format(Instant.ofEpochMilli(millis).atZone(ZoneId.systemDefault()));
  }
}
