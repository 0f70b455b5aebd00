package io.vireo.dev.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.dev.process.ManagedProcess;
import io.vireo.dev.process.ProcessSpec;
import io.vireo.dev.stack.Ports;
import io.vireo.dev.stack.StateDir;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stops a control plane whose programs do nothing. */
class ControlPlaneCloseTest {

  @TempDir Path folder;

  private ControlPlane plane;

  @BeforeEach
  void attach() throws Exception {
    Path programs = Files.createDirectories(folder.resolve("programs"));
    for (String part : ControlPlane.PARTS) {
      Files.writeString(programs.resolve(part), "#!/bin/sh\nexec sleep 60\n");
      Files.setPosixFilePermissions(
          programs.resolve(part), PosixFilePermissions.fromString("rwx------"));
    }
    StateDir state = new StateDir(folder.resolve("state"));
    state.create();
    plane = ControlPlane.attach(state, Ports.load(state.portsFile()), "127.0.0.1", programs);
  }

  private List<ManagedProcess> start() throws Exception {
    List<ManagedProcess> processes = new ArrayList<>();
    for (ProcessSpec spec : plane.specs()) {
      processes.add(ManagedProcess.start(spec));
    }
    return processes;
  }

  @Test
  void shouldStopEveryPartAlthoughTheThreadIsInterrupted() throws Exception {
    List<ManagedProcess> processes = start();

    Thread.currentThread().interrupt();
    plane.close();

    assertThat(Thread.interrupted()).isTrue();
    assertThat(processes).noneMatch(ManagedProcess::isAlive);
    assertThat(plane.specs()).noneMatch(spec -> Files.exists(spec.pidFile()));
  }

  @Test
  void shouldStopWhatCameUpOfHalfAStart() throws Exception {
    ManagedProcess etcd = ManagedProcess.start(plane.specs().getFirst());

    plane.close();

    assertThat(etcd.isAlive()).isFalse();
  }
}
