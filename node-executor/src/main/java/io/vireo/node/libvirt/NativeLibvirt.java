package io.vireo.node.libvirt;

import com.sun.jna.Callback;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import org.jspecify.annotations.Nullable;
import org.libvirt.jna.ConnectionPointer;
import org.libvirt.jna.DomainPointer;

/** Functions of libvirt that libvirt-java does not map. */
interface NativeLibvirt extends Library {

  NativeLibvirt INSTANCE = Native.load("virt", NativeLibvirt.class);

  /** VIR_DOMAIN_EVENT_ID_LIFECYCLE. */
  int EVENT_LIFECYCLE = 0;

  /** VIR_DOMAIN_EVENT_ID_AGENT_LIFECYCLE. */
  int EVENT_AGENT_LIFECYCLE = 18;

  /** VIR_DOMAIN_SHUTDOWN_ACPI_POWER_BTN. */
  int SHUTDOWN_ACPI_POWER_BUTTON = 1;

  int virDomainShutdownFlags(DomainPointer domain, int flags);

  int virDomainGetState(
      DomainPointer domain, IntByReference state, IntByReference reason, int flags);

  int virConnectDomainEventRegisterAny(
      ConnectionPointer connection,
      @Nullable DomainPointer domain,
      int eventId,
      Callback callback,
      @Nullable Pointer opaque,
      @Nullable Pointer free);

  int virConnectDomainEventDeregisterAny(ConnectionPointer connection, int callbackId);

  /** The guest's agent connected or disconnected. */
  interface AgentCallback extends Callback {
    void callback(Pointer connection, Pointer domain, int state, int reason, Pointer opaque);
  }

  /** A domain's life-cycle event. */
  interface LifecycleCallback extends Callback {
    int callback(Pointer connection, Pointer domain, int event, int detail, Pointer opaque);
  }
}
