package io.vireo.schemas;

/** A record's bytes are not what its topic promises. The message never quotes the payload. */
public final class UndecodableRecordException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String reason;

  UndecodableRecordException(String reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  UndecodableRecordException(String reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** Machine-readable: WrongMagic, UnknownSchemaId, WrongSchema, Truncated or Malformed. */
  public String reason() {
    return reason;
  }
}
