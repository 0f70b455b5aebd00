package io.vireo.scheduler.spec;

import static io.vireo.scheduler.spec.SpecReading.accepted;
import static io.vireo.scheduler.spec.SpecReading.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.scheduler.spec.Problem.Kind;
import io.vireo.schemas.CanonicalJson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InterfaceReaderTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[{'name':'n','bridge':{}}]                                   | NOT_SUPPORTED | spec.domain.devices.interfaces[0].bridge",
        "[{'name':'n','sriov':{}}]                                    | NOT_SUPPORTED | spec.domain.devices.interfaces[0].sriov",
        "[{'name':'n','masquerade':{},'bridge':{}}]                   | NOT_SUPPORTED | spec.domain.devices.interfaces[0].bridge",
        "[{'name':'n'}]                                               | REQUIRED      | spec.domain.devices.interfaces[0].masquerade",
        "[{'name':'n','masquerade':{},'ports':[{'port':80}]}]         | NOT_SUPPORTED | spec.domain.devices.interfaces[0].ports",
        "[{'name':'n','masquerade':{},'model':'x'}]                   | INVALID       | spec.domain.devices.interfaces[0].model",
        "[{'name':'n','masquerade':{},'macAddress':'52:54:00'}]       | INVALID       | spec.domain.devices.interfaces[0].macAddress",
        "[{'name':'other','masquerade':{}}]                           | NOT_FOUND     | spec.domain.devices.interfaces[0].name",
        "[{'name':'n','masquerade':{}},{'name':'o','masquerade':{}}]  | NOT_SUPPORTED | spec.domain.devices.interfaces[1]",
      })
  void shouldRefuseWrongInterfaces(String interfaces, Kind kind, String path) {
    refused(
        "{'domain':{'memory':{'guest':'64Mi'},'devices':{'interfaces':"
            + interfaces
            + "}},'networks':[{'name':'n','pod':{}}]}",
        path,
        kind);
  }

  @Test
  void shouldRefuseTheDefaultBindingThatIsNotBuiltYet() {
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
             'networks':[{'name':'n','pod':{}}]}""");

    assertThat(spec.interfaces().getFirst().mac()).contains("de:ad:00:00:be:af");
  }
}
