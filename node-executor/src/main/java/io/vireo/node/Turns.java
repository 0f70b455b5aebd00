package io.vireo.node;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads that call the executor's turns, until they are closed. */
final class Turns implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Turns.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final long RETRY_MS = 500;
  private static final Duration STOP = Duration.ofSeconds(2);

  private final NodeExecutor executor;
  private final Thread commands;
  private final Thread reports;
  private volatile boolean stopping;

  Turns(NodeExecutor executor) {
    this.executor = executor;
    this.reports = Thread.ofVirtual().name("reports").start(this::sendReports);
    this.commands = Thread.ofVirtual().name("commands").start(this::takeCommands);
  }

  private void takeCommands() {
    while (!stopping) {
      try {
        executor.commandTurn(POLL).get();
      } catch (InterruptedException | InterruptException | WakeupException e) {
        return;
      } catch (ExecutionException | IOException | RuntimeException e) {
        Throwable cause =
            e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
        if (!(cause instanceof UnknownTopicOrPartitionException)) {
          log.atWarn().setCause(cause).log("The command topic is read again");
        }
        if (!pause()) {
          return;
        }
      }
    }
  }

  private void sendReports() {
    while (!stopping) {
      try {
        if (!executor.reportTurn(POLL) && !pause()) {
          return;
        }
      } catch (InterruptedException | InterruptException e) {
        return;
      } catch (RuntimeException e) {
        log.atError().setCause(e).log("Reports are sent again");
        if (!pause()) {
          return;
        }
      }
    }
  }

  private static boolean pause() {
    try {
      Thread.sleep(RETRY_MS);
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  @Override
  public void close() {
    stopping = true;
    try {
      if (!commands.join(STOP)) {
        commands.interrupt();
        commands.join(STOP);
      }
      reports.interrupt();
      reports.join(STOP);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
