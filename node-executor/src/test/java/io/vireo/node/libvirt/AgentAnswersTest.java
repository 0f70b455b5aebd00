package io.vireo.node.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.node.core.AgentView;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class AgentAnswersTest {

  @Test
  void shouldReadInterfacesAndOperatingSystem() {
    AgentView view =
        AgentAnswers.read(
            """
            {"return":[
              {"name":"lo","hardware-address":"00:00:00:00:00:00",
               "ip-addresses":[{"ip-address":"127.0.0.1","ip-address-type":"ipv4","prefix":8}]},
              {"name":"eth0","hardware-address":"52:54:00:00:00:01",
               "statistics":{"rx-bytes":18446744073709551615},
               "ip-addresses":[{"ip-address":"10.0.2.2","ip-address-type":"ipv4","prefix":24},
                               {"ip-address":"fe80::1","ip-address-type":"ipv6","prefix":64}]},
              {"name":"eth1","hardware-address":"52:54:00:00:00:02"}]}""",
            """
            {"return":{"id":"debian","name":"Debian GNU/Linux","pretty-name":"Debian 12",
             "version":"12 (bookworm)","version-id":"12","kernel-release":"6.1.0-25",
             "kernel-version":"#1 SMP","machine":"x86_64","variant":"x"}}""");

    assertThat(view)
        .isEqualTo(
            new AgentView(
                new AgentView.Os(
                    "debian",
                    "Debian GNU/Linux",
                    "Debian 12",
                    "12 (bookworm)",
                    "12",
                    "6.1.0-25",
                    "#1 SMP",
                    "x86_64"),
                List.of(
                    new AgentView.Nic("eth0", "52:54:00:00:00:01", List.of("10.0.2.2", "fe80::1")),
                    new AgentView.Nic("eth1", "52:54:00:00:00:02", List.of()))));
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{\"return\":",
        "{\"return\":7}",
        "{\"return\":{}}",
        "{\"return\":[7,null,[],{}]}",
        "{\"return\":[{\"name\":{},\"hardware-address\":[],\"ip-addresses\":7}]}",
        "{\"return\":{\"id\":[],\"name\":{}}}",
        "{\"error\":{\"class\":\"CommandNotFound\"}}"
      })
  void shouldTakeNothingOutOfWhatIsNoAnswer(String answer) {
    assertThat(AgentAnswers.read(answer, answer)).isEqualTo(AgentView.SILENT);
  }

  @Test
  void shouldNotGoDeepIntoAnAnswer() {
    String deep = "{\"return\":" + "[".repeat(100_000);

    assertThat(AgentAnswers.read(deep, deep)).isEqualTo(AgentView.SILENT);
  }
}
