package io.vireo.spec;

import static io.vireo.spec.SpecReading.SETTINGS;
import static io.vireo.spec.SpecReading.accepted;
import static io.vireo.spec.SpecReading.problems;
import static io.vireo.spec.SpecReading.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.schemas.CanonicalJson;
import io.vireo.spec.Problem.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpecReaderTest {

  private static final String DISK =
      """
      'devices':{'disks':[{'name':'root','disk':{'bus':'virtio'}}]}\
      """;
  private static final String VOLUME =
      """
      'volumes':[{'name':'root','containerDisk':{'image':'example.org/guest:1'}}]\
      """;

  @Test
  void shouldReadTheSmallestSpec() {
    VmiSpec spec = accepted("{'domain':{'devices':{},'memory':{'guest':'64Mi'}}}");

    assertThat(spec.cpu()).isEqualTo(new VmiSpec.Cpu(1, 1, 1));
    assertThat(spec.memoryBytes()).isEqualTo(64L << 20);
    assertThat(spec.machine()).isEqualTo("q35");
    assertThat(spec.gracePeriodSeconds()).isEqualTo(30);
    assertThat(spec.memBalloon()).isTrue();
    assertThat(spec.rng()).isFalse();
    assertThat(spec.disks()).isEmpty();
    assertThat(spec.interfaces())
        .containsExactly(
            new VmiSpec.Interface(
                "default",
                "virtio",
                Optional.empty(),
                Optional.empty(),
                "masquerade",
                Optional.empty(),
                Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'domain':{'cpu':{'cores':0}}}                         | spec.domain.cpu.cores",
        "{'domain':{'cpu':{'sockets':-1}}}                      | spec.domain.cpu.sockets",
        "{'domain':{'cpu':{'threads':513}}}                     | spec.domain.cpu.threads",
        "{'domain':{'cpu':{'threads':'2'}}}                     | spec.domain.cpu.threads",
        "{'domain':{'cpu':{'cores':1.5}}}                       | spec.domain.cpu.cores",
        "{'domain':{'cpu':{'cores':99999999999999999999}}}      | spec.domain.cpu.cores",
        "{'domain':{'cpu':{'sockets':32,'cores':32}}}           | spec.domain.cpu",
        "{'domain':{'cpu':7}}                                   | spec.domain.cpu",
        "{'domain':{'memory':{'guest':'1Ei'}}}                  | spec.domain.memory.guest",
        "{'domain':{'memory':{'guest':'1'}}}                    | spec.domain.memory.guest",
        "{'domain':{'memory':{'guest':'-64Mi'}}}                | spec.domain.memory.guest",
        "{'domain':{'memory':{'guest':'64 Mi'}}}                | spec.domain.memory.guest",
        "{'domain':{'memory':{'guest':'64MiB'}}}                | spec.domain.memory.guest",
        "{'domain':{'memory':{'guest':true}}}                   | spec.domain.memory.guest",
        "{'domain':{'memory':{'guest':'1e999'}}}                | spec.domain.memory.guest",
        "{'domain':{'machine':{'type':'virt'}}}                 | spec.domain.machine.type",
        "{'domain':{'resources':{'requests':{'cpu':'0'}}}}      |"
            + " spec.domain.resources.requests.cpu",
        "{'domain':{'resources':{'requests':{'cpu':'-1'}}}}     |"
            + " spec.domain.resources.requests.cpu",
        "{'domain':{'resources':{'limits':{'memory':'1Ei'}}}}   |"
            + " spec.domain.resources.limits.memory",
        "{'domain':{'resources':{'requests':{'cpu':'2'},'limits':{'cpu':'1'}}}}           |"
            + " spec.domain.resources.requests.cpu",
        "{'domain':{'resources':{'requests':{'memory':'2Gi'},'limits':{'memory':'1Gi'}}}} |"
            + " spec.domain.resources.requests.memory",
        "{'terminationGracePeriodSeconds':-1}                   |"
            + " spec.terminationGracePeriodSeconds",
        "{'terminationGracePeriodSeconds':604801}               |"
            + " spec.terminationGracePeriodSeconds",
        "{'nodeSelector':{'a':1}}                               | spec.nodeSelector.a",
        "{'nodeSelector':['a']}                                 | spec.nodeSelector",
        "{'networks':[{'name':'default','pod':{}}]}             | spec.networks[0].name",
        "{'networks':{'a':1}}                                   | spec.networks",
      })
  void shouldRefuseWrongValues(String json, String path) {
    refused(json, path, Kind.INVALID);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "0, between 1Mi and 16Ti",
        "-1, between 1Mi and 16Ti",
        "1Ei, between 1Mi and 16Ti",
        "1Ki, between 1Mi and 16Ti",
      })
  void shouldSayWhichSizeItRefuses(String size, String bounds) {
    String json =
        """
        {'domain':{'memory':{'guest':'%1$s'},'resources':{'limits':{'memory':'%1$s'}},
         'devices':{'disks':[{'name':'a','disk':{}}]}},
         'volumes':[{'name':'a','emptyDisk':{'capacity':'%1$s'}}]}\
        """
            .formatted(size);

    assertThat(problems(json))
        .hasSize(3)
        .allSatisfy(
            problem -> assertThat(problem.message()).contains(bounds).contains("'" + size + "'"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "[]", "'text'", "7"})
  void shouldRefuseASpecThatIsNoObject(String json) {
    refused(json, "spec", Kind.INVALID);
  }

  @Test
  void shouldWantWhatIsMissing() {
    refused("{}", "spec.domain", Kind.REQUIRED);
    refused("{'domain':{'devices':{}}}", "spec.domain.memory.guest", Kind.REQUIRED);
    refused(
        "{'domain':{'devices':{'disks':[{'disk':{}}]}}}",
        "spec.domain.devices.disks[0].name",
        Kind.REQUIRED);
    refused("{'volumes':[{'name':'a'}]}", "spec.volumes[0]", Kind.REQUIRED);
    refused(
        "{'volumes':[{'name':'a','emptyDisk':{}}]}",
        "spec.volumes[0].emptyDisk.capacity",
        Kind.REQUIRED);
    refused(
        "{'volumes':[{'name':'a','containerDisk':{}}]}",
        "spec.volumes[0].containerDisk.image",
        Kind.REQUIRED);
    refused(
        "{'volumes':[{'name':'a','cloudInitNoCloud':{}}]}",
        "spec.volumes[0].cloudInitNoCloud",
        Kind.REQUIRED);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "512Mi | 536870912",
        "1Gi   | 1073741824",
        "1G    | 1000000000",
        "64e6  | 64000000",
        "1.5Gi | 1610612736",
        "16Ti  | 17592186044416",
      })
  void shouldReadQuantities(String text, long bytes) {
    assertThat(accepted("{'domain':{'memory':{'guest':'" + text + "'}}}").memoryBytes())
        .isEqualTo(bytes);
  }

  @Test
  void shouldTakeGuestMemoryFromResources() {
    assertThat(accepted("{'domain':{'resources':{'requests':{'memory':'64Mi'}}}}").memoryBytes())
        .isEqualTo(64L << 20);
    assertThat(accepted("{'domain':{'resources':{'limits':{'memory':'96Mi'}}}}").memoryBytes())
        .isEqualTo(96L << 20);
  }

  // -- Kubernetes' own objects

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'affinity':{'nodeAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':{}}} |"
            + " REQUIRED |"
            + " spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms",
        "'affinity':{'nodeAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':{'nodeSelectorTerms':[{'matchExpressions':[{'key':'a','operator':'Is'}]}]}}}"
            + " | INVALID |"
            + " spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].operator",
        "'affinity':{'podAffinity':{'preferredDuringSchedulingIgnoredDuringExecution':[{'weight':101,'podAffinityTerm':{'topologyKey':'a'}}]}}"
            + " | INVALID |"
            + " spec.affinity.podAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight",
        "'affinity':{'podAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':[{}]}} |"
            + " REQUIRED |"
            + " spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey",
        "'affinity':{'carAffinity':{}}                                 | NOT_SUPPORTED |"
            + " spec.affinity.carAffinity",
        "'affinity':'node-a'                                           | INVALID       |"
            + " spec.affinity",
        "'tolerations':[{'operator':'Maybe'}]                          | INVALID       |"
            + " spec.tolerations[0].operator",
        "'tolerations':[{'effect':'Never'}]                            | INVALID       |"
            + " spec.tolerations[0].effect",
        "'tolerations':[{'tolerationSeconds':'5'}]                     | INVALID       |"
            + " spec.tolerations[0].tolerationSeconds",
        "'tolerations':[null]                                          | INVALID       |"
            + " spec.tolerations[0]",
        "'tolerations':{'key':'a'}                                     | INVALID       |"
            + " spec.tolerations",
        "'topologySpreadConstraints':[{'topologyKey':'zone','whenUnsatisfiable':'DoNotSchedule'}] |"
            + " REQUIRED | spec.topologySpreadConstraints[0].maxSkew",
        "'topologySpreadConstraints':[{'maxSkew':0,'topologyKey':'zone','whenUnsatisfiable':'DoNotSchedule'}]"
            + " | INVALID | spec.topologySpreadConstraints[0].maxSkew",
        "'topologySpreadConstraints':[{'maxSkew':1,'topologyKey':'zone','whenUnsatisfiable':'Perhaps'}]"
            + " | INVALID | spec.topologySpreadConstraints[0].whenUnsatisfiable",
        "'priorityClassName':'High'                                    | INVALID       |"
            + " spec.priorityClassName",
        "'schedulerName':'a..b'                                        | INVALID       |"
            + " spec.schedulerName",
        "'hostname':'a.b'                                              | INVALID       |"
            + " spec.hostname",
        "'hostname':'-a'                                               | INVALID       |"
            + " spec.hostname",
        "'subdomain':'a.b'                                             | INVALID       |"
            + " spec.subdomain",
        "'dnsPolicy':'Nope'                                            | INVALID       |"
            + " spec.dnsPolicy",
        "'dnsPolicy':'None'                                            | REQUIRED      |"
            + " spec.dnsConfig.nameservers",
        "'dnsPolicy':'None','dnsConfig':{'searches':['a']}             | REQUIRED      |"
            + " spec.dnsConfig.nameservers",
        "'dnsConfig':{'nameservers':['10.0.0.256']}                    | INVALID       |"
            + " spec.dnsConfig.nameservers[0]",
        "'dnsConfig':{'nameservers':['::1','10.1']}                    | INVALID       |"
            + " spec.dnsConfig.nameservers[1]",
        "'dnsConfig':{'nameservers':['fe80::1%eth0']}                  | INVALID       |"
            + " spec.dnsConfig.nameservers[0]",
        "'dnsConfig':{'nameservers':['localhost']}                     | INVALID       |"
            + " spec.dnsConfig.nameservers[0]",
        "'dnsConfig':{'nameservers':['1.1.1.1','1.1.1.2','1.1.1.3','1.1.1.4']} | INVALID |"
            + " spec.dnsConfig.nameservers",
        "'dnsConfig':{'searches':['a','b','c','d','e','f','g']}        | INVALID       |"
            + " spec.dnsConfig.searches",
        "'dnsConfig':{'searches':['-a']}                               | INVALID       |"
            + " spec.dnsConfig.searches[0]",
        "'dnsConfig':{'options':[{'value':'2'}]}                       | REQUIRED      |"
            + " spec.dnsConfig.options[0].name",
        "'dnsConfig':{'servers':['1.1.1.1']}                           | NOT_SUPPORTED |"
            + " spec.dnsConfig.servers",
      })
  void shouldCheckTheShapeOfKubernetesObjects(String field, Kind kind, String path) {
    refused("{'domain':{'memory':{'guest':'64Mi'}}," + field + "}", path, kind);
  }

  @Test
  void shouldHandKubernetesObjectsOnAsTheyAre() {
    String affinity =
        """
        {'nodeAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':{'nodeSelectorTerms':[
          {'matchExpressions':[{'key':'zone','operator':'In','values':['a']}]}]}},
         'podAntiAffinity':{'preferredDuringSchedulingIgnoredDuringExecution':[
          {'weight':1,'podAffinityTerm':{'topologyKey':'kubernetes.io/hostname',
           'labelSelector':{'matchLabels':{'app':'db'}}}}]}}\
        """;
    VmiSpec spec =
        accepted(
            "{'domain':{'memory':{'guest':'64Mi'}},'affinity':"
                + affinity
                + ",'tolerations':[{'key':'a','operator':'Exists','tolerationSeconds':5}]}");

    assertThat(spec.scheduling().affinity())
        .contains(CanonicalJson.read(affinity.replace('\'', '"')));
    assertThat(spec.scheduling().tolerations())
        .containsExactly(Map.of("key", "a", "operator", "Exists", "tolerationSeconds", 5));
  }

  @Test
  void shouldReadWhereThePodMayGoAndUnderWhichName() {
    VmiSpec spec =
        accepted(
            """
            {'domain':{'memory':{'guest':'64Mi'}},'hostname':'db-1',
             'priorityClassName':'system.high','schedulerName':'my-scheduler',
             'topologySpreadConstraints':[{'maxSkew':1,'topologyKey':'zone',
              'whenUnsatisfiable':'ScheduleAnyway','labelSelector':{'matchLabels':{'a':'b'}}}]}\
            """);

    assertThat(spec.names().hostname()).contains("db-1");
    assertThat(spec.scheduling().priorityClassName()).contains("system.high");
    assertThat(spec.scheduling().schedulerName()).contains("my-scheduler");
    assertThat(spec.scheduling().topologySpreadConstraints())
        .singleElement()
        .satisfies(c -> assertThat(((Map<?, ?>) c).get("topologyKey")).isEqualTo("zone"));
  }

  @Test
  void shouldReadHowNamesAreLookedUp() {
    VmiSpec.Names names =
        accepted(
                """
                {'domain':{'memory':{'guest':'64Mi'}},'subdomain':'db','dnsPolicy':'None',
                 'dnsConfig':{'nameservers':['10.0.0.10','2001:db8::1'],'searches':['a.b.','c','.'],
                  'options':[{'name':'ndots','value':'2'}]}}\
                """)
            .names();

    assertThat(names.subdomain()).contains("db");
    assertThat(names.dnsPolicy()).contains("None");
    assertThat(names.dnsConfig())
        .hasValueSatisfying(
            config ->
                assertThat(((Map<?, ?>) config).get("nameservers"))
                    .isEqualTo(List.of("10.0.0.10", "2001:db8::1")));
  }

  // -- hostile input

  @Test
  void shouldReportAllProblemsAtOnceUpToABound() {
    Map<String, Object> spec = new HashMap<>();
    for (int i = 0; i < 500; i++) {
      spec.put("field" + i, 1);
    }

    SpecReader.Result result = new SpecReader(SETTINGS).read(spec);

    List<Problem> problems = ((SpecReader.Result.Refused) result).problems();
    assertThat(problems).hasSizeBetween(10, 66);
    assertThat(problems.getLast().message()).contains("more problems");
  }

  @Test
  void shouldShowHostileKeysHarmlessly() {
    List<Problem> problems = problems("{'a\\u0000\\n\\u001b[31m':1}");

    assertThat(problems.toString().chars()).allMatch(c -> c >= 0x20 && c < 0x7f);
  }

  @Test
  void shouldBearDeepAndWideTrees() {
    Object deep = "end";
    for (int i = 0; i < 200; i++) {
      deep = Map.of("affinity", deep);
    }
    List<Object> wide = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      wide.add(Map.of("name", "n" + i));
    }

    SpecReader.Result result =
        new SpecReader(SETTINGS)
            .read(Map.of("affinity", deep, "volumes", wide, "domain", Map.of("cpu", wide)));

    assertThat(result).isInstanceOf(SpecReader.Result.Refused.class);
  }

  @Test
  void shouldTreatEmptyAsAbsent() {
    accepted(
        "{'domain':{'memory':{'guest':'64Mi'},'machine':{'type':''},'devices':{'gpus':[],'tpm':null}},"
            + "'hostname':'','accessCredentials':[]}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tpm", "sound", "downwardMetrics"})
  void shouldRefuseAnEmptyObjectThatMeansSomething(String device) {
    refused(
        "{'domain':{'memory':{'guest':'64Mi'},'devices':{'" + device + "':{}}}}",
        "spec.domain.devices." + device,
        Kind.NOT_SUPPORTED);
  }

  @Test
  void shouldDoWithoutAnInterfaceWhenAsked() {
    assertThat(
            accepted(
                    "{'domain':{'memory':{'guest':'64Mi'},'devices':{'autoattachPodInterface':false}}}")
                .interfaces())
        .isEmpty();
  }

  @Test
  void shouldAcceptTheUsualSpec() {
    accepted("{'domain':{'memory':{'guest':'64Mi'}," + DISK + "}," + VOLUME + "}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'devices':{'disks':[{'name':'r','disk':{'bus':'scsi'},'cdrom':{}}]}} |"
            + " 'volumes':[{'name':'r','emptyDisk':{'capacity':'1Gi'}}] |"
            + " spec.domain.devices.disks[0]",
        "'devices':{'disks':[{'name':'r','disk':{}}]}} |"
            + " 'volumes':[{'name':'r','emptyDisk':{'capacity':'1Gi'},'containerDisk':{'image':'i'}}]"
            + " | spec.volumes[0]",
        "'devices':{'interfaces':[{'name':'n','masquerade':{}},{'name':'m','masquerade':{}}]}} |"
            + " 'networks':[{'name':'n','pod':{}},{'name':'m','pod':{}}] |"
            + " spec.networks[1].pod;spec.domain.devices.interfaces[1]",
      })
  void shouldTellOnceWhatIsOneTooMany(String devices, String others, String paths) {
    assertThat(
            SpecReading.problems(
                "{'domain':{'memory':{'guest':'64Mi'}," + devices + "," + others + "}"))
        .extracting(Problem::path)
        .containsExactlyInAnyOrder(paths.split(";"));
  }
}
