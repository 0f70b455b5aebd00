package io.vireo.node.roster;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.node.core.Lane;
import io.vireo.node.core.LaneEvent;
import io.vireo.node.core.LaneState;
import io.vireo.node.core.NodeCommandData;
import io.vireo.node.core.NodeIdentity;
import io.vireo.node.core.VmRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RosterFilesTest {

  private static final VmRef VM = new VmRef("uid-1", "default", "tiny");

  @TempDir Path folder;

  private static LaneState stopped() {
    NodeCommandData.Header header = new NodeCommandData.Header("c", VM, "a", "u", 1, 3, 4);
    return Lane.decide(
            LaneState.fresh(VM),
            new LaneEvent.CommandCame(new NodeCommandData.DestroyDomain(header), Optional.empty()),
            5)
        .state();
  }

  @Test
  void shouldReadWhatItWrote() throws IOException {
    RosterFiles roster = new RosterFiles(folder);
    NodeIdentity node = NodeIdentity.unknown().after("old", 1).after("new", 2);
    roster.store(stopped());
    roster.storeNode(node);
    roster.storeBegun();
    roster.storeComplete();

    Roster.Contents contents = new RosterFiles(folder).load();
    assertThat(contents.lanes()).containsExactly(stopped());
    assertThat(contents.node()).isEqualTo(node);
    assertThat(contents.begun() && contents.complete()).isTrue();
  }

  @Test
  void shouldTellANewDiskFromAnEmptyRoster() throws IOException {
    RosterFiles roster = new RosterFiles(folder);
    roster.store(stopped());
    roster.remove(VM.uid());
    assertThat(roster.load().begun()).isFalse();

    roster.storeBegun();
    assertThat(roster.load().begun()).isTrue();
    assertThat(roster.load().complete()).isFalse();
  }

  @Test
  void shouldNotTakeAnEntryThatItCannotReadForNone() throws IOException {
    Files.writeString(folder.resolve("uid-2.json"), "{\"vm\": {\"uid\"");
    Files.writeString(folder.resolve("uid-3.json"), "");
    RosterFiles roster = new RosterFiles(folder);
    roster.store(stopped());

    assertThat(roster.load().unreadable()).containsExactlyInAnyOrder("uid-2", "uid-3");
    assertThat(roster.load().lanes()).hasSize(1);
  }

  @Test
  void shouldReadAnEntryOfAnEarlierRelease() throws IOException {
    Files.writeString(
        folder.resolve("uid-1.json"),
        """
        {"vm":{"uid":"uid-1","namespace":"default","name":"tiny"},
         "fence":{"epoch":2,"seq":5,"commandId":"c"},"closedEpoch":1,
         "start":{"header":{"commandId":"c","vm":{"uid":"uid-1","namespace":"default","name":"tiny"},
           "node":"a","nodeUid":"u","epoch":2,"seq":5},
           "podNamespace":"default","podName":"pod-2","domain":null},
         "life":"LIVE","end":null,"stop":null,"openStart":null,"lastEnd":null,"link":null,
         "changedAtMs":7}
        """);

    LaneState state = new RosterFiles(folder).load().lanes().getFirst();
    assertThat(state.heldEpoch()).isEqualTo(2);
    assertThat(state.mayRun()).isTrue();
    assertThat(state.untold()).isEmpty();
  }
}
