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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LiveXmlTest {

  @Test
  void shouldReadMachineAndInterfaces() throws IOException {
    DomainView view =
        LiveXml.described(
            "running",
            "running",
            """
            <domain type='qemu' id='1'>
              <os><type arch='x86_64' machine='pc-q35-7.2'>hvm</type></os>
              <devices>
                <disk type='file' device='disk'><driver queues='8'/><alias name='ua-root'/></disk>
                <interface type='user'>
                  <mac address='52:54:00:aa:bb:cc'/>
                  <model type='virtio-non-transitional'/>
                  <driver queues='4'/>
                  <link state='down'/>
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
            new Nic("default", "52:54:00:aa:bb:cc", 4, "down"),
            new Nic("net1", "52:54:00:aa:bb:cd", 1, "up"));
    assertThat(view.agentConnected()).isFalse();
  }

  @Test
  void shouldReadADomainWithoutInterfaces() throws IOException {
    assertThat(LiveXml.described("paused", "paused", "<domain><devices/></domain>"))
        .isEqualTo(new DomainView("paused", "paused", null, java.util.List.of()));
  }

  @ParameterizedTest
  @CsvSource({
    "org.qemu.guest_agent.0, connected, true",
    "org.qemu.guest_agent.0, disconnected, false",
    "org.spice-space.webdav.0, connected, false"
  })
  void shouldReadWhetherTheAgentIsConnected(String channel, String state, boolean connected)
      throws IOException {
    String xml =
        "<domain><devices><channel type='unix'><target type='virtio' name='%s' state='%s'/>"
                .formatted(channel, state)
            + "</channel></devices></domain>";

    assertThat(LiveXml.described("running", "running", xml).agentConnected()).isEqualTo(connected);
  }

  @Test
  void shouldRefuseMalformedXml() {
    assertThatThrownBy(() -> LiveXml.described("running", "running", "<domain>"))
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
      assertThat(LiveXml.described("running", "running", xml).toString()).doesNotContain("hunter2");
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("well-formed");
    }
  }
}
