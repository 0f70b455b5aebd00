package io.vireo.dev.stack;

import io.vireo.dev.process.ManagedProcess;
import io.vireo.dev.process.ProcessStart;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** Held by the one supervisor of a state; ends with its process. */
final class SupervisorLock implements AutoCloseable {

  private final FileChannel channel;
  private final FileLock lock;

  private SupervisorLock(FileChannel channel, FileLock lock) {
    this.channel = channel;
    this.lock = lock;
  }

  /** Empty when another process holds it. */
  static Optional<SupervisorLock> acquire(StateDir state) throws IOException {
    FileChannel channel =
        FileChannel.open(
            SupervisorFiles.lock(state), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        channel.close();
        return Optional.empty();
      }
      long pid = ProcessHandle.current().pid();
      channel.truncate(0);
      channel.write(
          ByteBuffer.wrap(
              (pid + " " + ProcessStart.of(pid).orElse(0L) + "\n")
                  .getBytes(StandardCharsets.US_ASCII)),
          0);
      return Optional.of(new SupervisorLock(channel, lock));
    } catch (OverlappingFileLockException e) {
      channel.close();
      return Optional.empty();
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** The supervisor that runs on this state. */
  static Optional<ManagedProcess.Identity> holder(StateDir state) throws IOException {
    return ManagedProcess.readPidFile(SupervisorFiles.lock(state))
        .filter(ManagedProcess.Identity::isAlive);
  }

  /** What to say to a second start. */
  static String refusal(StateDir state) throws IOException {
    return "Expected no stack to run on "
        + state.root()
        + ", but one does"
        + holder(state).map(supervisor -> " (process " + supervisor.pid() + ")").orElse("")
        + "; stop it first, or name another folder with --state";
  }

  @Override
  public void close() throws IOException {
    lock.release();
    channel.close();
  }
}
