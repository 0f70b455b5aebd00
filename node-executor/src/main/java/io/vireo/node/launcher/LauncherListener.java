package io.vireo.node.launcher;

/** Told what launchers do. Called on the connection's own thread; must return at once. */
public interface LauncherListener {

  /** A launcher said hello and the kubelet named its pod. */
  void connected(Launcher launcher, Message hello);

  /** It sent something. */
  void received(Launcher launcher, Message message);

  /** Its connection is closed. */
  void lost(Launcher launcher);
}
