package io.vireo.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vireo.dev.stack.Kvm;
import io.vireo.node.core.DomainXml;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each golden domain is started by a libvirtd as it runs in a launcher's pod: as a user without
 * rights, with QEMU's sandbox. What needs KVM is skipped where KVM does not work.
 */
class GoldenDomainsIT {

  private static final String PRIVATE = "/var/run/kubevirt-private";
  private static final String VNC_HELLO = "RFB 003.008\n";

  private static SessionLibvirtd libvirtd;

  static Stream<String> names() {
    return GoldenDomains.names();
  }

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(
        SessionLibvirtd.missing().isEmpty(),
        () -> "not installed: " + String.join(", ", SessionLibvirtd.missing()));
    libvirtd = SessionLibvirtd.start();
  }

  @AfterAll
  static void stop() throws Exception {
    if (libvirtd != null) {
      libvirtd.close();
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void shouldStart(String name) throws Exception {
    if (GoldenDomains.needsKvm(name)) {
      assumeTrue(Kvm.works(), "needs KVM, which does not work here");
      assumeTrue(libvirtd.mayUseKvm(), "needs KVM, which is for root only here");
    }
    String xml = libvirtd.moved(GoldenDomains.xml(name));
    libvirtd.makeDisks(xml);
    String domain = "default_" + name;

    libvirtd.virsh("define", "--validate", libvirtd.write(name + ".xml", xml).toString());
    if (xml.contains("managed=\"no\"")) {
      // Its tap device is the network helper's to make, in a pod: NetworkE2E starts such domains.
      libvirtd.virsh("undefine", "--nvram", domain);
      return;
    }
    libvirtd.virsh("start", domain);
    try {
      assertThat(libvirtd.virsh("domstate", domain)).isEqualTo("running");
      assertThat(libvirtd.virsh("metadata", domain, DomainXml.NAMESPACE))
          .as("what the executor finds the domain by")
          .contains(" uid=\"" + GoldenDomains.UID + "\"");
      if (xml.contains("<graphics")) {
        assertThat(hello(libvirtd.folder(PRIVATE).resolve(GoldenDomains.UID + "/virt-vnc")))
            .isEqualTo(VNC_HELLO);
      }
      if (xml.contains("useserial")) {
        Path log = libvirtd.folder("/var/run/kubevirt-console-log").resolve("virt-serial0-log");
        Await.until(
            "SeaBIOS on the serial console",
            Duration.ofSeconds(60),
            () -> Files.readString(log),
            text -> text.contains("SeaBIOS"));
      }
    } finally {
      libvirtd.virsh("destroy", domain);
      libvirtd.virsh("undefine", "--nvram", domain);
    }
  }

  private static String hello(Path socket) throws Exception {
    try (SocketChannel vnc = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      vnc.connect(UnixDomainSocketAddress.of(socket));
      ByteBuffer bytes = ByteBuffer.allocate(VNC_HELLO.length());
      while (bytes.hasRemaining() && vnc.read(bytes) >= 0) {
        // Until it is whole.
      }
      return new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
    }
  }
}
