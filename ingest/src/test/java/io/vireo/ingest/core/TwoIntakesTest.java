package io.vireo.ingest.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.ingest.core.Input.Report;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Two starts of ingest over one log, in every order that a seed gives. The earlier one is paused
 * and wakes up at any time; in the end the newest value of each key must be what the later one
 * holds for true.
 */
class TwoIntakesTest {

  private static final long NOW = 1_700_000_000_000L;
  private static final int SEEDS = 2_000;
  private static final List<String> UIDS = List.of("u1", "u2", "u3");

  /** A record; the value is null for a tombstone. */
  private record Entry(Book book, String key, long incarnation, @Nullable Output value) {}

  private final List<Entry> log = new ArrayList<>();

  /** One start: what waits for it, in order, and how far it has read what all write. */
  private final class Start {
    final long incarnation;
    final Intake intake = new Intake(10_000, 40_000);
    final Deque<Input> news = new ArrayDeque<>();
    int read;

    Start(long incarnation) {
      this.incarnation = incarnation;
    }

    void takeNews() {
      Input input = news.poll();
      if (input != null) {
        write(intake.apply(input, NOW));
      }
    }

    /** Reads one record, as the inbox does. */
    void follow() {
      if (read < log.size()) {
        Entry entry = log.get(read++);
        if (entry.incarnation() < incarnation && entry.value() != null) {
          VmiRef ref =
              entry.value() instanceof Output.VmiChanged changed ? changed.vmi().ref() : null;
          OwnerRef owner =
              entry.value() instanceof Output.OwnerChanged changed ? changed.owner().ref() : null;
          write(intake.apply(new Input.Overwritten(entry.book(), entry.key(), ref, owner, 0), NOW));
        }
      }
    }

    private void write(List<Output> outputs) {
      for (Output output : outputs) {
        switch (output) {
          case Output.VmiChanged changed ->
              log.add(new Entry(Book.VMI, changed.vmi().ref().uid(), incarnation, output));
          case Output.VmiRemoved removed ->
              log.add(new Entry(Book.VMI, removed.ref().uid(), incarnation, output));
          case Output.OwnerChanged changed ->
              log.add(new Entry(Book.OWNER, changed.owner().ref().uid(), incarnation, output));
          case Output.OwnerRemoved removed ->
              log.add(new Entry(Book.OWNER, removed.ref().uid(), incarnation, output));
          case Output.OwnerForgotten forgotten ->
              log.add(new Entry(Book.OWNER, forgotten.uid(), incarnation, null));
          case Output.PodsChanged changed ->
              log.add(new Entry(Book.PODS, changed.vmiUid(), incarnation, output));
          case Output.DomainsChanged changed ->
              log.add(new Entry(Book.DOMAINS, changed.vmiUid(), incarnation, output));
          case Output.NodeChanged changed ->
              log.add(new Entry(Book.NODE, changed.node(), incarnation, output));
          case Output.NodeSaidAgain again ->
              log.add(new Entry(Book.NODE, again.said().node(), incarnation, again.said()));
          case Output.VmiForgotten forgotten -> {
            for (Book book : List.of(Book.VMI, Book.PODS, Book.DOMAINS)) {
              log.add(new Entry(book, forgotten.vmiUid(), incarnation, null));
            }
          }
          default -> {}
        }
      }
    }
  }

  private static VmiSnapshot vmi(String uid, long version) {
    return new VmiSnapshot(
        new VmiRef(uid, "ns", uid),
        1,
        version,
        5,
        null,
        Map.of(),
        Map.of(),
        List.of(),
        "[]",
        "{\"v\":" + version + "}",
        null,
        "h",
        null,
        null,
        List.of(),
        null);
  }

  private static OwnerRef owner(String uid) {
    return new OwnerRef(uid.equals("u1") ? ListKind.VM : ListKind.REPLICA_SET, uid, "ns", uid);
  }

  private static Input ownerSeen(String uid, long version) {
    return new Input.OwnerSeen(
        new OwnerSnapshot(
            owner(uid),
            1,
            version,
            5,
            null,
            Map.of(),
            Map.of(),
            List.of(),
            "{}",
            List.of(),
            "h",
            null,
            null));
  }

  private static PodSnapshot pod(String uid, long version) {
    return new PodSnapshot(
        "p-" + uid,
        "ns",
        "p-" + uid,
        1,
        version,
        "n1",
        new PodSnapshot.Status("phase" + version, null, null, null, List.of(), null),
        null,
        new PodSnapshot.Conditions(false, null, null, false, false, null, null),
        List.of());
  }

  private static Input report(String uid, long sequence) {
    return new Input.Reported(
        "n1",
        new Input.Envelope("nu", 1, sequence),
        new Report.DomainChanged(
            new Input.ReportedDomain(
                new VmiRef(uid, "ns", uid),
                1,
                new DomainSnapshot.State("running", "r" + sequence, null, false),
                null,
                List.of(),
                null,
                NOW)),
        new Origin("reports", 0, sequence, null, "", 1));
  }

  /** What happens in the world, in one order; deletion and end come at most once a VMI. */
  private static List<Input> happenings(Random random) {
    List<Input> all = new ArrayList<>();
    Map<String, String> gone = new HashMap<>();
    Map<String, String> ownersGone = new HashMap<>();
    for (int step = 1; step <= 35; step++) {
      String uid = UIDS.get(random.nextInt(UIDS.size()));
      if (random.nextInt(4) == 0) {
        if (!ownersGone.containsKey(uid)) {
          all.add(ownerSeen(uid, step));
          if (random.nextInt(6) == 0) {
            ownersGone.put(uid, uid);
            all.add(new Input.OwnerGone(owner(uid)));
            if (random.nextBoolean()) {
              all.add(new Input.OwnerEnded(owner(uid)));
            }
          }
        }
        continue;
      }
      if (gone.containsKey(uid)) {
        continue;
      }
      switch (random.nextInt(6)) {
        case 0, 1 -> all.add(new Input.VmiSeen(vmi(uid, step)));
        case 2 -> all.add(new Input.PodSeen(uid, pod(uid, step)));
        case 3, 4 -> all.add(report(uid, step));
        default -> {
          if (random.nextInt(3) == 0) {
            gone.put(uid, uid);
            all.add(new Input.PodGone("p-" + uid));
            all.add(new Input.VmiGone(new VmiRef(uid, "ns", uid)));
            if (random.nextBoolean()) {
              all.add(new Input.VmiEnded(uid));
            }
          }
        }
      }
    }
    all.add(new Input.NodeSeen("n1", "nu", true));
    all.add(new Input.NodeTopicsReady("n1", "nu"));
    return all;
  }

  private static List<Input> listed() {
    return List.of(
        new Input.ListEnded(ListKind.VMI),
        new Input.ListEnded(ListKind.VM),
        new Input.ListEnded(ListKind.REPLICA_SET),
        new Input.ListEnded(ListKind.POD),
        new Input.ListEnded(ListKind.NODE),
        new Input.ListEnded(ListKind.CLAIM));
  }

  private Map<String, Output> newest() {
    Map<String, Output> newest = new TreeMap<>();
    for (Entry entry : log) {
      String key = entry.book() + "/" + entry.key();
      if (entry.value() == null) {
        newest.remove(key);
      } else {
        newest.put(key, entry.value());
      }
    }
    return newest;
  }

  @Test
  void nothingStaleIsLeftBehindAndNothingEchoes() {
    for (long seed = 0; seed < SEEDS; seed++) {
      log.clear();
      Random random = new Random(seed);
      List<Input> happenings = happenings(random);
      Start early = new Start(1);
      Start late = new Start(2);
      early.news.addAll(listed());
      early.news.addAll(happenings);
      late.news.addAll(listed());
      late.news.addAll(happenings);
      // The later one begins when the earlier one was somewhere.
      int before = random.nextInt(early.news.size());
      for (int i = 0; i < before; i++) {
        early.takeNews();
      }
      log.clear();
      while (!late.news.isEmpty()) {
        switch (random.nextInt(8)) {
          case 0 -> early.takeNews();
          case 1 -> early.follow();
          case 2, 3 -> late.follow();
          default -> late.takeNews();
        }
      }
      // It wakes up once more, far behind, and then it is gone.
      for (int left = random.nextInt(8); left > 0; left--) {
        early.takeNews();
        if (random.nextBoolean()) {
          late.follow();
        }
      }
      int written = log.size();
      while (early.read < log.size() || late.read < log.size()) {
        early.follow();
        late.follow();
        assertThat(log.size()).as("echo, seed %d", seed).isLessThan(written * 4 + 20);
      }
      Map<String, Output> found = newest();
      List<Entry> both = List.copyOf(log);

      log.clear();
      Start alone = new Start(2);
      alone.news.addAll(listed());
      alone.news.addAll(happenings);
      while (!alone.news.isEmpty()) {
        alone.takeNews();
      }
      assertThat(found.keySet()).as("seed %d: %s", seed, both).isEqualTo(newest().keySet());
      long number = seed;
      newest()
          .forEach(
              (key, value) ->
                  assertThat(said(found.get(key)))
                      .as("seed %d, key %s of %s", number, key, both)
                      .isEqualTo(said(value)));
    }
  }

  /** Without versions that change nothing else, and without names for people. */
  private static @Nullable Object said(@Nullable Output output) {
    return switch (output) {
      case Output.PodsChanged changed ->
          changed.pods().stream().map(PodSnapshot::withoutVersion).toList();
      case Output.DomainsChanged changed -> changed.domains();
      case null -> null;
      default -> output;
    };
  }
}
