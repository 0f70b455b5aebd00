package io.vireo.cli;

/** A command did not do what it was asked; the message says to a person why, and what to do. */
public final class Failure extends Exception {

  private static final long serialVersionUID = 1L;

  /** Without a cause worth naming. */
  public Failure(String message) {
    super(message);
  }

  /** With a cause, whose message is not repeated to the person. */
  public Failure(String message, Throwable cause) {
    super(message, cause);
  }

  /** The sentence for a person. */
  public static String describe(Throwable failure) {
    Throwable named = failure;
    while (named.getMessage() == null && named.getCause() != null) {
      named = named.getCause();
    }
    String message = named.getMessage();
    if (message == null) {
      return named.getClass().getSimpleName();
    }
    // Our own messages are whole sentences; those of libraries often need their type to be
    // understood.
    return named.getClass().getName().startsWith("io.vireo")
            || message.startsWith("Expected ")
            || message.contains(" ")
        ? message
        : named.getClass().getSimpleName() + ": " + message;
  }
}
