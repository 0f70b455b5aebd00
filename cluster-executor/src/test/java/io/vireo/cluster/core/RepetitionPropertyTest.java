package io.vireo.cluster.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Random commands, and a way to the API server that loses, delays and cuts off. */
class RepetitionPropertyTest {

  private static final int CASES = Integer.getInteger("vireo.cases", 800);
  private static final long SEED = Long.getLong("vireo.seed", 20_260_101L);
  private static final String VMI_PATH =
      "/apis/kubevirt.io/v1/namespaces/ns/virtualmachineinstances/vm";
  private static final String PODS = "/api/v1/namespaces/ns/pods/";
  private static final String NODE_PATH = "/api/v1/nodes/n1";

  /** A log of one VMI, as a scheduler writes it. */
  private static final class Log {
    private final Random random;
    private final String uid;
    private final List<Command> commands = new ArrayList<>();

    /** Before these the VMI is marked as deleted by its user. */
    private final Set<Integer> deletions = new HashSet<>();

    /** Lengths at which no pod was deleted without the status that tells it. */
    private final Set<Integer> settled = new HashSet<>();

    private Log(Random random, String uid) {
      this.random = random;
      this.uid = uid;
    }

    private void add(Command.Body body) {
      Command.Vmi vmi = body instanceof Command.LabelNode ? null : new Command.Vmi(uid, "ns", "vm");
      commands.add(new Command("c" + commands.size(), vmi, body));
    }

    private void status(String phase, int epoch) {
      add(
          new Command.WriteStatus(
              "{\"phase\":\"" + phase + "\",\"n\":" + commands.size() + "}",
              random.nextBoolean() ? Map.of() : Map.of("kubevirt.io/nodeName", "n" + epoch),
              Map.of("vireo.io/epoch", Integer.toString(epoch)),
              random.nextBoolean() ? List.of() : List.of("f"),
              null));
    }

    private void maybe(Runnable what) {
      while (random.nextInt(3) == 0) {
        what.run();
      }
    }

    private void epoch(int epoch) {
      String name = "p" + epoch;
      String podUid = PODS + name + "#1";
      status("Scheduling", epoch);
      settled.add(commands.size());
      add(
          new Command.CreateLauncherPod(
              name,
              epoch,
              podJson(name, uid, epoch),
              random.nextBoolean() ? List.of() : List.of(new Command.SecretFromSpec("s1", "ci"))));
      maybe(() -> add(new Command.EmitEvent("Normal", "Created", "a pod")));
      maybe(() -> status("Scheduled", epoch));
      maybe(() -> add(new Command.SetPodReady(name, podUid, random.nextBoolean(), "Why")));
      maybe(
          () ->
              add(
                  new Command.LabelNode(
                      "n1", "nu", Map.of("a", "" + random.nextInt(3)), Map.of())));
      maybe(() -> status("Running", epoch));
      for (int i = commands.size(); settled.add(i) && i > 0; i--) {}
      add(new Command.DeleteLauncherPod(name, random.nextInt(4) == 0 ? null : podUid, 0L));
    }

    private Log fill() {
      int epochs = 1 + random.nextInt(3);
      for (int epoch = 1; epoch <= epochs; epoch++) {
        epoch(epoch);
      }
      boolean deleted = random.nextBoolean();
      if (deleted) {
        deletions.add(commands.size());
      }
      status(random.nextBoolean() ? "Failed" : "Succeeded", epochs);
      settled.add(commands.size());
      if (deleted || random.nextBoolean()) {
        add(new Command.RemoveFinalizer(List.of("f"), "{\"phase\":\"Failed\"}"));
        settled.add(commands.size());
      }
      return this;
    }
  }

  private static String podJson(String name, String uid, int epoch) {
    return "{\"metadata\":{\"name\":\"%s\",\"ownerReferences\":[{\"uid\":\"%s\",\"controller\":true}],\"annotations\":{\"vireo.io/epoch\":\"%d\"}}}"
        .formatted(name, uid, epoch);
  }

  private static Map<String, Object> vmi(String uid) {
    Map<String, Object> volume = Map.of("name", "ci", "cloudInitNoCloud", Map.of("userData", "pw"));
    return Map.of(
        "metadata", Map.of("uid", uid, "finalizers", List.of("f")),
        "spec", Map.of("volumes", List.of(volume)));
  }

  private static ModelNetwork network(Random random, int lossPercent, boolean late) {
    ModelNetwork network = new ModelNetwork(random, lossPercent, late);
    network.server.put(VMI_PATH, vmi("u1"));
    network.server.put(NODE_PATH, Map.of("metadata", Map.of("uid", "nu")));
    return network;
  }

  private static void markDeleted(ModelNetwork network) {
    Map<String, Object> vmi = network.server.objects.get(VMI_PATH);
    if (vmi != null) {
      ModelApiServer.metadata(vmi).put("deletionTimestamp", "2026-01-01T00:00:00Z");
    }
  }

  /** As the scheduler, which repeats what was given up. */
  private static void run(ModelNetwork network, Command command, boolean again) {
    Ending ending;
    boolean repeated = again;
    do {
      CompletableFuture<Ending> end = network.begin(command, repeated);
      network.settle();
      ending = end.resultNow();
      repeated = true;
    } while ("TimedOut".equals(ending.reason()));
  }

  /** Without what differs between two lives of the same objects. */
  private static Map<String, Object> comparable(ModelNetwork network) {
    Map<String, Object> all = new TreeMap<>();
    network.server.objects.forEach(
        (path, object) -> {
          Map<String, Object> copy = ModelApiServer.copy(object);
          ModelApiServer.metadata(copy).remove("resourceVersion");
          copy.remove("firstTimestamp");
          copy.remove("lastTimestamp");
          all.put(path, Trees.at(copy, "status", "conditions") == null ? copy : "a pod");
        });
    return all;
  }

  @Test
  void repeatingAnyPartOfTheLogLeavesTheObjectsThatOnceLeaves() {
    for (int i = 0; i < CASES; i++) {
      long seed = SEED + i;
      Random random = new Random(seed);
      Log log = new Log(random, "u1").fill();
      ModelNetwork once = network(random, 0, false);
      ModelNetwork often = network(random, 25, false);
      List<Command> issued = new ArrayList<>();
      for (int at = 0; at < log.commands.size(); at++) {
        if (log.deletions.contains(at)) {
          markDeleted(once);
          markDeleted(often);
        }
        run(once, once.server.decidedNow(log.commands.get(at)), false);
        Command command = often.server.decidedNow(log.commands.get(at));
        issued.add(command);
        boolean quiet = log.settled.contains(at) && log.settled.contains(at + 1);
        boolean twoAtOnce = quiet && random.nextInt(4) == 0;
        if (twoAtOnce) {
          // The one before still runs it while the next one begins further back.
          CompletableFuture<Ending> old = often.begin(command, false);
          replay(often, issued, random.nextInt(at + 1));
          often.settle();
          assertThat(old).describedAs("seed %d", seed).isDone();
        } else {
          run(often, command, false);
        }
        if (log.settled.contains(at + 1) && random.nextInt(3) == 0) {
          replay(often, issued, random.nextInt(at + 2));
        }
      }
      assertThat(comparable(often))
          .describedAs("seed %d, log %s", seed, log.commands)
          .isEqualTo(comparable(once));
      assertThat(often.server.violations).describedAs("seed %d", seed).isEmpty();
      assertThat(often.faults).describedAs("seed %d", seed).isEmpty();
    }
  }

  private static void replay(ModelNetwork network, List<Command> issued, int from) {
    issued.subList(from, issued.size()).forEach(command -> run(network, command, true));
  }

  @Test
  void whateverHappensEachCommandEndsAndNoWriteLandsOnAnotherObject() {
    for (int i = 0; i < CASES; i++) {
      long seed = SEED + i;
      Random random = new Random(seed);
      ModelNetwork network = network(random, 40, true);
      Map<Command, CompletableFuture<Ending>> ends = new HashMap<>();
      for (int life = 1; life <= 2; life++) {
        for (Command command : new Log(random, "u" + life).fill().commands) {
          network.in(
              random.nextLong(20_000),
              () -> {
                Command decided = network.server.decidedNow(command);
                ends.put(decided, network.begin(decided, random.nextBoolean()));
              });
        }
      }
      for (int meddling = 0; meddling < 12; meddling++) {
        network.in(random.nextLong(30_000), () -> meddle(network, random));
      }
      network.settle();

      assertThat(ends.values())
          .describedAs("seed %d", seed)
          .isNotEmpty()
          .allMatch(CompletableFuture::isDone);
      assertThat(network.server.violations).describedAs("seed %d", seed).isEmpty();
      assertThat(network.faults).describedAs("seed %d", seed).isEmpty();
    }
  }

  /** What others do to the objects meanwhile. */
  private static void meddle(ModelNetwork network, Random random) {
    ModelApiServer server = network.server;
    Map<String, Object> vmi = server.objects.get(VMI_PATH);
    String pod = PODS + "p" + (1 + random.nextInt(3));
    switch (random.nextInt(7)) {
      case 0 -> server.put(VMI_PATH, vmi("u" + (1 + random.nextInt(3))));
      case 1 -> server.objects.remove(VMI_PATH);
      case 2 -> markDeleted(network);
      case 3 -> {
        if (vmi != null) {
          ModelApiServer.metadata(vmi).remove("finalizers");
          server.put(VMI_PATH, vmi);
        }
      }
      case 4 -> server.objects.remove(pod);
      case 5 -> server.put(pod, Map.of("metadata", Map.of("name", pod.substring(PODS.length()))));
      default -> server.put(NODE_PATH, Map.of("metadata", Map.of("uid", "nu" + random.nextInt(2))));
    }
  }
}
