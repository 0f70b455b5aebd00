package io.vireo.launcher.process;

import io.vireo.network.Datagrams;
import io.vireo.network.Descriptor;
import io.vireo.network.SystemCallException;
import java.io.IOException;
import java.util.Optional;

/** Answers what a guest asks at one socket, on a thread of its own, until it is stopped. */
final class Answering {

  private static final int STACK_BYTES = 256 * 1024;
  private static final int DATAGRAM_MAX = 1500;

  private final String name;
  private final Datagrams socket;
  private final Answers answers;
  private final Thread thread;

  private Answering(String name, Datagrams socket, Answers answers) {
    this.name = name;
    this.socket = socket;
    this.answers = answers;
    this.thread = new Thread(null, this::run, name, STACK_BYTES);
    thread.setDaemon(true);
  }

  /** What is sent, if anything. */
  interface Answers {
    /** To a question. */
    void to(Datagrams.Datagram question, Datagrams socket) throws IOException;

    /** When nobody has asked for as long as the socket waits. */
    default void unasked(Datagrams socket) throws IOException {}
  }

  /** Takes over a socket and begins. */
  static Answering start(String name, Descriptor socket, Answers answers) {
    Answering answering = new Answering(name, new Datagrams(socket, DATAGRAM_MAX), answers);
    answering.thread.start();
    return answering;
  }

  private void run() {
    try (socket) {
      boolean more = true;
      while (more) {
        more = answerNext();
      }
    } catch (IOException e) {
      Log.say("The guest's questions for " + name + " are not heard any more: " + e.getMessage());
    }
  }

  /** Whether there may be another question. */
  private boolean answerNext() throws IOException {
    try {
      Optional<Datagrams.Datagram> question = socket.receive();
      question.ifPresent(asked -> send(() -> answers.to(asked, socket)));
      return question.isPresent();
    } catch (SystemCallException e) {
      if (!e.isTimeout()) {
        throw e;
      }
      send(() -> answers.unasked(socket));
      return true;
    }
  }

  private interface Sending {
    void run() throws IOException;
  }

  private void send(Sending answer) {
    try {
      answer.run();
    } catch (IOException e) {
      // The guest asks again.
      Log.say("An answer of " + name + " was not sent: " + e.getMessage());
    }
  }

  /** Returns once nothing is answered any more. */
  void stop() {
    socket.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
