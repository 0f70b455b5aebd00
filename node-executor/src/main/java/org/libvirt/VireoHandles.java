package org.libvirt;

import org.libvirt.jna.ConnectionPointer;
import org.libvirt.jna.DomainPointer;

/**
 * The native handles that libvirt-java keeps to its own package: functions that it does not map
 * need them.
 */
public final class VireoHandles {

  private VireoHandles() {}

  /** Handle of a domain. */
  public static DomainPointer of(Domain domain) {
    return domain.vdp;
  }

  /** Handle of a connection. */
  public static ConnectionPointer of(Connect connect) {
    return connect.vcp;
  }

  /**
   * Looks at what a function returned.
   *
   * @throws LibvirtException with libvirt's last error on this thread, if it failed
   */
  public static void check(int result) throws LibvirtException {
    ErrorHandler.processError(result);
  }
}
