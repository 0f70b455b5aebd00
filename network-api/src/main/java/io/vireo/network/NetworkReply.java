package io.vireo.network;

/** What became of a request. */
public sealed interface NetworkReply {

  /** It is set up. */
  record Done(GuestNetwork network) implements NetworkReply {}

  /**
   * It is not.
   *
   * @param message for people: what was expected and what was found
   */
  record Failed(String message) implements NetworkReply {}

  /** As a message. */
  default byte[] encode() {
    return switch (this) {
      case Done done -> done.network().encode();
      case Failed failed ->
          new Fields()
              .put("failed", failed.message().replace('\n', ' ').replace('\r', ' '))
              .encode();
    };
  }

  /**
   * Reads a message.
   *
   * @throws IllegalArgumentException naming what is wrong
   */
  static NetworkReply decode(byte[] bytes) {
    return Fields.decode(bytes)
        .text("failed")
        .<NetworkReply>map(Failed::new)
        .orElseGet(() -> new Done(GuestNetwork.decode(bytes)));
  }
}
