package io.vireo.node.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.libvirt.Connect;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;

/** Which domain is a VMI's, by libvirt's own driver for tests. */
class DomainConnectionIT {

  private static final String UID = "6d1c0bb0-0000-4000-8000-000000000001";
  private static final String OTHER = "6d1c0bb0-0000-4000-8000-000000000002";

  private Connect connect;

  @BeforeEach
  void connect() throws LibvirtException {
    assumeTrue(
        Files.exists(Path.of("/usr/lib/x86_64-linux-gnu/libvirt.so.0")),
        "not installed: libvirt's client library (package libvirt0)");
    connect = new Connect("test:///default");
  }

  @AfterEach
  void close() throws LibvirtException {
    if (connect != null) {
      connect.close();
    }
  }

  private void define(String name, String uuid, String vmUid) throws LibvirtException {
    connect
        .domainDefineXML(
            """
            <domain type='test'><name>%s</name><uuid>%s</uuid>
              <metadata><vireo:vmi xmlns:vireo='http://vireo.io/domain/1' uid='%s'/></metadata>
              <memory>8192</memory><os><type>hvm</type></os></domain>"""
                .formatted(name, uuid, vmUid))
        .free();
  }

  private String found(String vmUid) throws LibvirtException {
    Domain domain = DomainConnection.find(connect, vmUid);
    if (domain == null) {
      return "none";
    }
    String name = domain.getName();
    domain.free();
    return name;
  }

  @Test
  void shouldFindTheDomainByItsUuidOrByWhatItsMetadataSays() throws LibvirtException {
    define("default_plain", UID, UID);
    define("default_own-uuid", "5d307ca9-b3ef-428c-8861-06e72d69f223", OTHER);

    assertThat(found(UID)).isEqualTo("default_plain");
    assertThat(found(OTHER)).isEqualTo("default_own-uuid");
    assertThat(found("6d1c0bb0-0000-4000-8000-000000000003")).isEqualTo("none");
  }

  @Test
  void shouldSayThatADomainWithoutAgentDoesNotAnswer() throws LibvirtException {
    define("default_plain", UID, UID);
    Domain domain = DomainConnection.find(connect, UID);

    assertThatThrownBy(() -> AgentCommands.ask(domain))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("agent");
    domain.free();
  }
}
