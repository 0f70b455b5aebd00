package io.vireo.launcher.core;

/** How large the disk in a claim is made. */
public final class ClaimSize {

  /** Left free, as KubeVirt does. */
  static final long RESERVE_BYTES = 128 << 10;

  /** A file system is smaller than its volume; KubeVirt takes up to so much less. */
  static final int LESS_PERCENT_MAX = 10;

  private static final long ALIGNMENT = 4096;

  private ClaimSize() {}

  /** There is not enough room; the message is for the user. */
  public static final class TooSmallException extends Exception {
    private static final long serialVersionUID = 1L;

    TooSmallException(String message) {
      super(message);
    }
  }

  /**
   * The size.
   *
   * @param demanded size of the claim
   * @param usable what its file system has free
   */
  public static long of(long demanded, long usable) throws TooSmallException {
    long available = Math.max(0, usable - RESERVE_BYTES);
    long size = Math.min(demanded, available) / ALIGNMENT * ALIGNMENT;
    // In this order, so that no product overflows.
    if (available < demanded / 100 * (100 - LESS_PERCENT_MAX) || size == 0) {
      throw new TooSmallException(
          "Expected room for a disk of "
              + demanded
              + " bytes, or up to "
              + LESS_PERCENT_MAX
              + " % less, but the claim has "
              + available
              + " bytes free");
    }
    return size;
  }
}
