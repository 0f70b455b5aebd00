package io.vireo.network;

/** What became of a request. */
public sealed interface NetworkReply {

  /** It is set up. */
  record Done(GuestNetwork network) implements NetworkReply {}

  /**
   * It is not, and asked again it will not be either.
   *
   * @param message for people: what was expected and what was found
   */
  record Refused(String message) implements NetworkReply {}

  /**
   * It is not, and may be if it is asked again.
   *
   * @param message for people: what went wrong
   */
  record Failed(String message) implements NetworkReply {}

  /** As a message. */
  default byte[] encode() {
    return switch (this) {
      case Done done -> done.network().encode();
      case Refused refused -> new Fields().put("refused", oneLine(refused.message())).encode();
      case Failed failed -> new Fields().put("failed", oneLine(failed.message())).encode();
    };
  }

  private static String oneLine(String message) {
    return message.replace('\n', ' ').replace('\r', ' ');
  }

  /**
   * Reads a message.
   *
   * @throws IllegalArgumentException naming what is wrong
   */
  static NetworkReply decode(byte[] bytes) {
    Fields fields = Fields.decode(bytes);
    return fields
        .text("refused")
        .<NetworkReply>map(Refused::new)
        .or(() -> fields.text("failed").map(Failed::new))
        .orElseGet(() -> new Done(GuestNetwork.decode(bytes)));
  }
}
