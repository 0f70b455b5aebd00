package io.vireo.dev.images;

/** An image or the store is not what it should be; the message says what was expected. */
public final class ImageStoreException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** With a message for the user. */
  public ImageStoreException(String message) {
    super(message);
  }

  /** With a message for the user and what was behind it. */
  public ImageStoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
