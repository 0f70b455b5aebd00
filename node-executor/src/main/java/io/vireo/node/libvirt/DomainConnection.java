package io.vireo.node.libvirt;

import com.sun.jna.Callback;
import com.sun.jna.ptr.IntByReference;
import io.vireo.health.Failpoint;
import io.vireo.node.core.AgentView;
import io.vireo.node.core.DomainXml;
import io.vireo.node.core.IoErrors;
import io.vireo.node.core.LaneState.DomainView;
import io.vireo.node.launcher.LauncherSession;
import io.vireo.node.launcher.Splice;
import java.io.IOException;
import java.lang.ref.Reference;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.libvirt.Connect;
import org.libvirt.Domain;
import org.libvirt.Error.ErrorNumber;
import org.libvirt.LibvirtException;
import org.libvirt.VireoHandles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * libvirt in one launcher's pod, through a socket in the executor's own folder whose bytes the
 * launcher carries. Calls come from one thread at a time.
 */
public final class DomainConnection implements Libvirt {

  private static final Logger log = LoggerFactory.getLogger(DomainConnection.class);

  /** A session may have several connections, and each has a socket of its own. */
  private static final AtomicLong CONNECTIONS = new AtomicLong();

  private static final int KEEPALIVE_SECONDS = 5;
  private static final int KEEPALIVE_COUNT = 3;
  private static final int STATE_RUNNING = 1;
  private static final int STATE_BLOCKED = 2;
  private static final int STATE_PAUSED = 3;
  private static final int STATE_SHUTDOWN = 4;
  private static final int STATE_PMSUSPENDED = 7;
  private static final List<String> SHUTOFF_REASONS =
      List.of(
          "unknown",
          "shutdown",
          "destroyed",
          "crashed",
          "migrated",
          "saved",
          "failed",
          "from-snapshot");

  /** VIR_DOMAIN_PAUSED_IOERROR. */
  private static final int PAUSED_IO_ERROR = 5;

  /** VIR_DOMAIN_METADATA_ELEMENT. */
  private static final int METADATA_ELEMENT = 2;

  private final String vmUid;
  private final Path socket;
  private final ServerSocketChannel server;
  private final Connect connect;
  private final Map<Integer, Callback> callbacks;

  private DomainConnection(
      String vmUid,
      Path socket,
      ServerSocketChannel server,
      Connect connect,
      Map<Integer, Callback> callbacks) {
    this.vmUid = vmUid;
    this.socket = socket;
    this.server = server;
    this.connect = connect;
    this.callbacks = callbacks;
  }

  /**
   * Connects.
   *
   * @param folder private to the executor, with a short path
   * @param changed told, on libvirt's thread, that the domain is worth a look
   */
  public static DomainConnection open(
      LauncherSession session, String vmUid, Path folder, Runnable changed) throws IOException {
    Path socket = folder.resolve(Long.toString(CONNECTIONS.incrementAndGet(), Character.MAX_RADIX));
    Files.deleteIfExists(socket);
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    Thread.ofVirtual().name("libvirt-" + session.id()).start(() -> carry(server, session));
    try {
      LibvirtEventLoop.ensureStarted();
      Connect connect = new Connect("qemu+unix:///session?socket=" + socket);
      connect.setKeepAlive(KEEPALIVE_SECONDS, KEEPALIVE_COUNT);
      return new DomainConnection(vmUid, socket, server, connect, callbacks(connect, changed));
    } catch (LibvirtException e) {
      server.close();
      Files.deleteIfExists(socket);
      throw new IOException("Expected libvirtd to answer: " + e.getMessage(), e);
    }
  }

  /** What libvirt calls, by the number that it gave. */
  private static Map<Integer, Callback> callbacks(Connect connect, Runnable changed)
      throws LibvirtException {
    NativeLibvirt.LifecycleCallback life =
        (c, d, event, detail, opaque) -> {
          changed.run();
          return 0;
        };
    NativeLibvirt.AgentCallback agent = (c, d, state, reason, opaque) -> changed.run();
    return Map.of(
        register(connect, NativeLibvirt.EVENT_LIFECYCLE, life), life,
        register(connect, NativeLibvirt.EVENT_AGENT_LIFECYCLE, agent), agent);
  }

  private static int register(Connect connect, int event, Callback callback)
      throws LibvirtException {
    int id =
        NativeLibvirt.INSTANCE.virConnectDomainEventRegisterAny(
            VireoHandles.of(connect), null, event, callback, null, null);
    VireoHandles.check(id);
    return id;
  }

  private static void carry(ServerSocketChannel server, LauncherSession session) {
    while (server.isOpen()) {
      try {
        SocketChannel local = server.accept();
        try {
          Splice.between(local, session.open("libvirt"), "libvirt-" + session.id());
        } catch (IOException e) {
          local.close();
        }
      } catch (IOException e) {
        return;
      }
    }
  }

  @Override
  public boolean isAlive() {
    try {
      return connect.isAlive();
    } catch (LibvirtException e) {
      return false;
    }
  }

  @Override
  public void create(String xml) throws IOException {
    Domain domain = null;
    Failpoint.pass("node.domain.create.before");
    try {
      domain = connect.domainDefineXML(xml);
      domain.create();
      Failpoint.pass("node.domain.create.after");
    } catch (LibvirtException e) {
      throw new IOException(e.getMessage(), e);
    } finally {
      free(domain);
    }
  }

  @Override
  public void shutDown() throws IOException {
    Failpoint.pass("node.domain.shutdown.before");
    // Without the flag libvirt would wait for the guest's agent first.
    call(DomainConnection::pressPowerButton);
    Failpoint.pass("node.domain.shutdown.after");
  }

  private static void pressPowerButton(Domain domain) throws LibvirtException {
    int result =
        NativeLibvirt.INSTANCE.virDomainShutdownFlags(
            VireoHandles.of(domain), NativeLibvirt.SHUTDOWN_ACPI_POWER_BUTTON);
    VireoHandles.check(result);
  }

  @Override
  public AgentView askAgent() throws IOException {
    Domain domain = null;
    try {
      domain = find(connect, vmUid);
      if (domain == null) {
        throw new IOException("Expected the domain of VMI " + vmUid + ", but libvirt has none");
      }
      return AgentCommands.ask(domain);
    } catch (LibvirtException e) {
      throw new IOException(e.getMessage(), e);
    } finally {
      free(domain);
    }
  }

  @Override
  public void destroy() throws IOException {
    Failpoint.pass("node.domain.destroy.before");
    call(Domain::destroy);
    Failpoint.pass("node.domain.destroy.after");
  }

  @Override
  public void resume() throws IOException {
    // Twice is as good as once, so it is no place where it matters to be killed.
    call(Domain::resume);
  }

  private interface Call {
    void on(Domain domain) throws LibvirtException;
  }

  private void call(Call call) throws IOException {
    Domain domain = null;
    try {
      domain = find(connect, vmUid);
      if (domain == null) {
        throw new IOException("Expected the domain of VMI " + vmUid + ", but libvirt has none");
      }
      call.on(domain);
    } catch (LibvirtException e) {
      throw new IOException(e.getMessage(), e);
    } finally {
      free(domain);
    }
  }

  /** The domain, whose UUID is the VMI's uid unless its firmware was to show another. */
  static @Nullable Domain find(Connect connect, String vmUid) throws LibvirtException {
    try {
      return connect.domainLookupByUUIDString(vmUid);
    } catch (LibvirtException e) {
      if (!isNoDomain(e)) {
        throw e;
      }
    }
    Domain found = null;
    for (Domain domain : connect.listAllDomains(0)) {
      if (found == null && isOf(domain, vmUid)) {
        found = domain;
      } else {
        free(domain);
      }
    }
    return found;
  }

  private static boolean isOf(Domain domain, String vmUid) throws LibvirtException {
    try {
      String own = domain.getMetadata(METADATA_ELEMENT, DomainXml.NAMESPACE, 0);
      return own.contains(" uid='" + vmUid + "'") || own.contains(" uid=\"" + vmUid + "\"");
    } catch (LibvirtException e) {
      if (e.getError() != null
          && (e.getError().getCode() == ErrorNumber.VIR_ERR_NO_DOMAIN_METADATA
              || e.getError().getCode() == ErrorNumber.VIR_ERR_NO_DOMAIN)) {
        return false;
      }
      throw e;
    }
  }

  private static boolean isNoDomain(LibvirtException e) {
    return e.getError() != null && e.getError().getCode() == ErrorNumber.VIR_ERR_NO_DOMAIN;
  }

  @Override
  public DomainView look() throws IOException {
    Domain domain = null;
    try {
      domain = find(connect, vmUid);
      if (domain == null) {
        return new DomainView("absent", "absent", null, List.of());
      }
      IntByReference state = new IntByReference();
      IntByReference reason = new IntByReference();
      if (NativeLibvirt.INSTANCE.virDomainGetState(VireoHandles.of(domain), state, reason, 0) < 0) {
        throw new IOException("Expected the state of " + vmUid);
      }
      return view(domain, state.getValue(), reason.getValue());
    } catch (LibvirtException e) {
      if (isNoDomain(e)) {
        return new DomainView("absent", "absent", null, List.of());
      }
      throw new IOException(e.getMessage(), e);
    } finally {
      free(domain);
    }
  }

  private static DomainView view(Domain domain, int state, int reason)
      throws LibvirtException, IOException {
    String word =
        switch (state) {
          case STATE_RUNNING, STATE_BLOCKED -> "running";
          case STATE_PAUSED, STATE_PMSUSPENDED -> "paused";
          case STATE_SHUTDOWN -> "shutdown";
          default -> "shutoff";
        };
    if (word.equals("shutoff") && domain.isActive() == 1) {
      return new DomainView(STARTING, STARTING, null, List.of());
    }
    if (word.equals("shutoff")) {
      String why =
          reason >= 0 && reason < SHUTOFF_REASONS.size() ? SHUTOFF_REASONS.get(reason) : "unknown";
      return new DomainView(word, why.equals("failed") ? "crashed" : why, null, List.of());
    }
    String why = state == STATE_PAUSED && reason == PAUSED_IO_ERROR ? IoErrors.REASON : word;
    String xml = domain.getXMLDesc(0);
    return LiveXml.described(word, why, xml).withSizes(IsoSizes.of(domain, xml));
  }

  /** Finalizers of libvirt-java free while a call is in flight; this does not. */
  private static void free(@Nullable Domain domain) {
    if (domain == null) {
      return;
    }
    try {
      domain.free();
    } catch (LibvirtException e) {
      log.atDebug().setCause(e).log("A domain's handle was not freed");
    } finally {
      Reference.reachabilityFence(domain);
    }
  }

  @Override
  public void close() {
    try {
      for (int id : callbacks.keySet()) {
        NativeLibvirt.INSTANCE.virConnectDomainEventDeregisterAny(VireoHandles.of(connect), id);
      }
      connect.close();
    } catch (LibvirtException e) {
      log.atDebug().setCause(e).log("The connection was broken already");
    } finally {
      Reference.reachabilityFence(callbacks);
      try {
        server.close();
        Files.deleteIfExists(socket);
      } catch (IOException e) {
        log.atDebug().setCause(e).log("The socket stays");
      }
    }
  }
}
