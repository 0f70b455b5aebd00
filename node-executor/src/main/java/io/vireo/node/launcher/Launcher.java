package io.vireo.node.launcher;

/** The control connection of one launcher, as the executor's rules see it. */
public interface Launcher {

  /** Counts up over all connections of this executor's life and later ones: higher is newer. */
  long id();

  /** The VMI that it says it is of. */
  String uid();

  /** The epoch that it says it is of. */
  long epoch();

  /** The pod that the kubelet gave its folder to. */
  PodName pod();

  /** Sends, in order; what cannot be sent is dropped, and the connection's end is told. */
  void send(Message message);

  /** Ends the connection; the launcher dials again. */
  void close();
}
