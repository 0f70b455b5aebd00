package io.vireo.spec;

import static io.vireo.spec.SpecReading.accepted;
import static io.vireo.spec.SpecReading.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.schemas.CanonicalJson;
import io.vireo.spec.Problem.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InterfaceReaderTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[{'name':'n','bridge':{}}]                                   | NOT_SUPPORTED |"
            + " spec.domain.devices.interfaces[0].bridge",
        "[{'name':'n','sriov':{}}]                                    | NOT_SUPPORTED |"
            + " spec.domain.devices.interfaces[0].sriov",
        "[{'name':'n','masquerade':{},'bridge':{}}]                   | INVALID       |"
            + " spec.domain.devices.interfaces[0]",
        "[{'name':'n','slirp':{}}]                                    | NOT_SUPPORTED |"
            + " spec.domain.devices.interfaces[0].slirp",
        "[{'name':'n','passtBinding':{}}]                             | NOT_SUPPORTED |"
            + " spec.domain.devices.interfaces[0].passtBinding",
        "[{'name':'n','binding':{'name':'x'}}]                        | NOT_SUPPORTED |"
            + " spec.domain.devices.interfaces[0].binding",
        "[{'name':'n','masquerade':{},'dhcpOptions':{}}]              | NOT_SUPPORTED |"
            + " spec.domain.devices.interfaces[0].dhcpOptions",
        "[{'name':'n','masquerade':{},'macAddress':'02:00:00:00:00:00'}] | INVALID    |"
            + " spec.domain.devices.interfaces[0].macAddress",
        "[{'name':'n','masquerade':{},'macAddress':'01:00:5e:00:00:01'}] | INVALID    |"
            + " spec.domain.devices.interfaces[0].macAddress",
        "[{'name':'n','masquerade':{},'state':'down'}]                | NOT_SUPPORTED |"
            + " spec.domain.devices.interfaces[0].state",
        "[{'name':'n'}]                                               | REQUIRED      |"
            + " spec.domain.devices.interfaces[0]",
        "[{'name':'n','masquerade':{},'ports':[{'port':80}]}]         | NOT_SUPPORTED |"
            + " spec.domain.devices.interfaces[0].ports",
        "[{'name':'n','masquerade':{},'model':'x'}]                   | INVALID       |"
            + " spec.domain.devices.interfaces[0].model",
        "[{'name':'n','masquerade':{},'macAddress':'52:54:00'}]       | INVALID       |"
            + " spec.domain.devices.interfaces[0].macAddress",
        "[{'name':'other','masquerade':{}}]                           | NOT_FOUND     |"
            + " spec.domain.devices.interfaces[0].name",
        "[{'name':'n','masquerade':{}},{'name':'o','masquerade':{}}]  | NOT_SUPPORTED |"
            + " spec.domain.devices.interfaces[1]",
      })
  void shouldRefuseWrongInterfaces(String interfaces, Kind kind, String path) {
    refused(
        "{'domain':{'memory':{'guest':'64Mi'},'devices':{'interfaces':"
            + interfaces
            + "}},'networks':[{'name':'n','pod':{}}]}",
        path,
        kind);
  }

  private static final SpecSettings POD_NETWORK =
      new SpecSettings("bridge", true, "i", new ContainerDisks.ImageVolumes(), true);

  private static SpecReader.Result readWithPodNetwork(String nic, String pod) {
    String json =
        "{'domain':{'memory':{'guest':'64Mi'},'devices':{'interfaces':["
            + nic
            + "]}},'networks':[{'name':'n','pod':"
            + pod
            + "}]}";
    return new SpecReader(POD_NETWORK).read(CanonicalJson.read(json.replace('\'', '"')));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'ports':[{'name':'x'}]                            | REQUIRED      | ports[0].port",
        "'ports':[{'port':0}]                              | INVALID       | ports[0].port",
        "'ports':[{'port':65536}]                          | INVALID       | ports[0].port",
        "'ports':[{'port':80,'protocol':'SCTP'}]           | INVALID       | ports[0].protocol",
        "'ports':[{'port':80,'name':'UPPER'}]              | INVALID       | ports[0].name",
        "'ports':[{'port':80,'name':'123'}]                | INVALID       | ports[0].name",
        "'ports':[{'port':80,'name':'a'},{'port':81,'name':'a'}] | INVALID | ports[1].name",
        "'portRanges':[{'start':1,'end':2,'protocol':'TCP'}] | NOT_SUPPORTED | portRanges",
        "'dhcpOptions':{'ntpServers':['time.example']}     | INVALID       |"
            + " dhcpOptions.ntpServers",
        "'dhcpOptions':{'ntpServers':[7]}                  | INVALID       |"
            + " dhcpOptions.ntpServers[0]",
        "'dhcpOptions':{'privateOptions':[{'option':223,'value':'x'}]} | INVALID |"
            + " dhcpOptions.privateOptions[0].option",
        "'dhcpOptions':{'privateOptions':[{'value':'x'}]}  | REQUIRED      |"
            + " dhcpOptions.privateOptions[0].option",
        "'dhcpOptions':{'privateOptions':[{'option':230,'value':'x'},{'option':230,'value':'y'}]} |"
            + " INVALID | dhcpOptions.privateOptions[1].option",
        "'dhcpOptions':{'bootFileName':'a\\n"
            + "b'}            | INVALID       | dhcpOptions.bootFileName",
        "'pciAddress':'0000:00:01.0'                       | NOT_SUPPORTED | pciAddress",
      })
  void shouldRefuseWhatThePodsNetworkCannotBe(String field, Kind kind, String path) {
    assertThat(readWithPodNetwork("{'name':'n','masquerade':{}," + field + "}", "{}"))
        .isInstanceOfSatisfying(
            SpecReader.Result.Refused.class,
            refused ->
                assertThat(refused.problems())
                    .anySatisfy(
                        problem -> {
                          assertThat(problem.kind()).isEqualTo(kind);
                          assertThat(problem.path())
                              .isEqualTo("spec.domain.devices.interfaces[0]." + path);
                        }));
  }

  @ParameterizedTest
  @CsvSource({
    "vmNetworkCIDR, 10.0.2.0", "vmNetworkCIDR, 10.0.2.0/31", "vmNetworkCIDR, fd00::/120",
    "vmNetworkCIDR, 300.0.0.0/8", "vmNetworkCIDR, 10.0.0.0/4", "vmIPv6NetworkCIDR, 10.0.2.0/24",
    "vmIPv6NetworkCIDR, fd00::/127",
  })
  void shouldRefuseWhatIsNoNetworkForGuests(String key, String value) {
    assertThat(
            readWithPodNetwork("{'name':'n','masquerade':{}}", "{'" + key + "':'" + value + "'}"))
        .isInstanceOfSatisfying(
            SpecReader.Result.Refused.class,
            refused ->
                assertThat(refused.problems().getFirst().path())
                    .isEqualTo("spec.networks[0].pod." + key));
  }

  @Test
  void shouldReadAllThatConcernsThePodsNetwork() {
    SpecReader.Result result =
        readWithPodNetwork(
            "{'name':'n','masquerade':{},'ports':[{'port':22,'name':'ssh'},{'port':53,'protocol':'UDP'}],"
                + "'dhcpOptions':{'privateOptions':[{'option':240,'value':'x'}]}}",
            "{'vmNetworkCIDR':'192.168.7.0/24'}");

    assertThat(((SpecReader.Result.Accepted) result).spec().interfaces())
        .singleElement()
        .satisfies(
            nic -> {
              assertThat(nic.binding()).isEqualTo("masquerade");
              assertThat(nic.podNetwork())
                  .hasValueSatisfying(
                      network -> {
                        assertThat(network.ports()).containsExactly("tcp/22", "udp/53");
                        assertThat(network.network4()).contains("192.168.7.0/24");
                        assertThat(network.dhcp().extra()).containsEntry(240, "x");
                      });
            });
  }

  @Test
  void shouldBridgeByDefaultWherePodsHaveNetworks() {
    Object tree = CanonicalJson.read("{\"domain\":{\"memory\":{\"guest\":\"64Mi\"}}}");

    assertThat(new SpecReader(POD_NETWORK).read(tree))
        .isInstanceOfSatisfying(
            SpecReader.Result.Accepted.class,
            accepted ->
                assertThat(accepted.spec().interfaces())
                    .singleElement()
                    .satisfies(nic -> assertThat(nic.binding()).isEqualTo("bridge")));
  }

  @Test
  void shouldRefuseASecondPodNetwork() {
    refused(
        "{'domain':{'memory':{'guest':'64Mi'},'devices':{'interfaces':[{'name':'n','masquerade':{}},"
            + "{'name':'o','masquerade':{}}]}},'networks':[{'name':'n','pod':{}},{'name':'o','pod':{}}]}",
        "spec.networks[1].pod",
        Kind.INVALID);
  }

  @Test
  void shouldRefuseADefaultBindingThatPodsWithoutNetworksCannotHave() {
    SpecReader reader = new SpecReader(new SpecSettings("bridge", true, "i"));
    Object tree = CanonicalJson.read("{\"domain\":{\"memory\":{\"guest\":\"64Mi\"}}}");

    assertThat(reader.read(tree))
        .isInstanceOfSatisfying(
            SpecReader.Result.Refused.class,
            refused ->
                assertThat(refused.problems().getFirst().path())
                    .isEqualTo("spec.domain.devices.interfaces"));
  }

  @Test
  void shouldWriteAMacInOneForm() {
    VmiSpec spec =
        accepted(
            """
            {'domain':{'memory':{'guest':'64Mi'},'devices':{'interfaces':[
              {'name':'n','masquerade':{},'macAddress':'DE-AD-00-00-BE-AF'}]}},
             'networks':[{'name':'n','pod':{}}]}\
            """);

    assertThat(spec.interfaces().getFirst().mac()).contains("de:ad:00:00:be:af");
  }
}
