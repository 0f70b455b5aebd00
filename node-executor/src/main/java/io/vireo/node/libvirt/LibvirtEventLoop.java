package io.vireo.node.libvirt;

import org.libvirt.Connect;
import org.libvirt.Library;
import org.libvirt.LibvirtException;
import org.libvirt.jna.Libvirt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** libvirt's event loop: one a process, begun before the first connection. */
final class LibvirtEventLoop {

  private static final Logger log = LoggerFactory.getLogger(LibvirtEventLoop.class);

  /** Kept here: native code holds it without a reference that the collector sees. */
  private static final Libvirt.VirErrorCallback QUIET =
      (userData, error) -> {
        // Each call throws its error; on standard error it would be said twice.
      };

  private static boolean started;

  private LibvirtEventLoop() {}

  static synchronized void ensureStarted() throws LibvirtException {
    if (started) {
      return;
    }
    Library.initEventLoop();
    Connect.setErrorCallback(QUIET);
    Thread thread = new Thread(LibvirtEventLoop::run, "libvirt-events");
    thread.setDaemon(true);
    thread.start();
    started = true;
  }

  private static void run() {
    while (true) {
      try {
        Library.processEvent();
      } catch (LibvirtException e) {
        log.atWarn().setCause(e).log("libvirt's event loop goes on after an error");
      }
    }
  }
}
