package io.vireo.node.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vireo.node.core.LaneState.DomainView;
import io.vireo.node.core.LaneState.Nic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DomainConnectionTest {

  @Test
  void shouldReadMachineAndInterfaces() throws IOException {
    DomainView view =
        DomainConnection.described(
            "running",
            "running",
            """
            <domain type='qemu' id='1'>
              <os><type arch='x86_64' machine='pc-q35-7.2'>hvm</type></os>
              <devices>
                <disk type='file' device='disk'><alias name='ua-root'/></disk>
                <interface type='user'>
                  <mac address='52:54:00:aa:bb:cc'/>
                  <model type='virtio-non-transitional'/>
                  <alias name='ua-default'/>
                </interface>
                <interface type='user'><mac address='52:54:00:aa:bb:cd'/><alias name='net1'/></interface>
                <interface type='user'><alias name='ua-nomac'/></interface>
                <serial type='unix'><alias name='serial0'/></serial>
              </devices>
            </domain>""");

    assertThat(view.state()).isEqualTo("running");
    assertThat(view.machine()).isEqualTo("pc-q35-7.2");
    assertThat(view.nics())
        .containsExactly(
            new Nic("default", "52:54:00:aa:bb:cc"), new Nic("net1", "52:54:00:aa:bb:cd"));
  }

  @Test
  void shouldReadADomainWithoutInterfaces() throws IOException {
    assertThat(DomainConnection.described("paused", "paused", "<domain><devices/></domain>"))
        .isEqualTo(new DomainView("paused", "paused", null, java.util.List.of()));
  }

  @Test
  void shouldRefuseMalformedXml() {
    assertThatThrownBy(() -> DomainConnection.described("running", "running", "<domain>"))
        .isInstanceOf(IOException.class);
  }

  @Test
  void shouldOpenNoFileThatTheXmlNames(@TempDir Path folder) throws IOException {
    Path secret = Files.writeString(folder.resolve("secret"), "hunter2");
    String xml =
        "<!DOCTYPE d [<!ENTITY x SYSTEM '"
            + secret.toUri()
            + "'>]><domain><os>"
            + "<type machine='q35'>&x;</type></os></domain>";

    try {
      assertThat(DomainConnection.described("running", "running", xml).toString())
          .doesNotContain("hunter2");
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("well-formed");
    }
  }
}
