package io.vireo.node;

/** Where calls are made that may take long: libvirt's, and writes to a launcher. */
public interface Workers {

  /** A worker that does one piece of work after another. */
  Worker open(String name);

  /** A queue with a thread behind it. In a simulation it may do its work at once. */
  interface Worker extends AutoCloseable {

    /** Does this after what was handed in before. */
    void execute(Runnable work);

    /** Takes no more; what was handed in is still done. */
    @Override
    void close();
  }
}
