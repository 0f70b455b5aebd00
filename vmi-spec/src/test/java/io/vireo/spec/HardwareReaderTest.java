package io.vireo.spec;

import static io.vireo.spec.SpecReading.accepted;
import static io.vireo.spec.SpecReading.problems;
import static io.vireo.spec.SpecReading.read;
import static io.vireo.spec.SpecReading.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.schemas.CanonicalJson;
import io.vireo.spec.Hardware.CpuFeature;
import io.vireo.spec.Hardware.CpuModel;
import io.vireo.spec.Hardware.HypervFeature;
import io.vireo.spec.Hardware.Input;
import io.vireo.spec.Hardware.Timer;
import io.vireo.spec.Hardware.Watchdog;
import io.vireo.spec.Problem.Kind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HardwareReaderTest {

  private static final SpecSettings KVM =
      new SpecSettings("masquerade", false, "example.org/launcher:1");

  private static String domain(String more) {
    return "{'domain':{'memory':{'guest':'64Mi'}," + more + "}}";
  }

  private static Hardware hardware(String more) {
    return accepted(domain(more)).hardware();
  }

  private static SpecReader.Result withKvm(String more) {
    return new SpecReader(KVM).read(CanonicalJson.read(domain(more).replace('\'', '"')));
  }

  private static Hardware hardwareWithKvm(String more) {
    SpecReader.Result result = withKvm(more);
    assertThat(result).isInstanceOf(SpecReader.Result.Accepted.class);
    return ((SpecReader.Result.Accepted) result).spec().hardware();
  }

  @Test
  void shouldGiveAPlainMachineWhenNothingIsAsked() {
    Hardware hardware = hardware("'devices':{}");

    assertThat(hardware.cpuModel()).isEmpty();
    assertThat(hardware.firmware())
        .isEqualTo(new Hardware.Firmware(Optional.empty(), Optional.empty(), false, false, false));
    assertThat(hardware.clock().timers()).isEmpty();
    assertThat(hardware.features().acpi()).isTrue();
    assertThat(hardware.serialConsole()).isTrue();
    assertThat(hardware.video()).contains("vga");
    assertThat(hardware.inputs()).isEmpty();
    assertThat(hardware.watchdog()).isEmpty();
    assertThat(hardware.transitional()).isFalse();
  }

  @Test
  void shouldReadTheCpu() {
    Hardware hardware =
        hardware(
            """
            'cpu':{'model':'Nehalem','sockets':2,'maxSockets':4,'dedicatedCpuPlacement':false,
             'features':[{'name':'avx2'},{'name':'sse4.1','policy':'disable'}]}""");

    assertThat(hardware.cpuModel())
        .contains(
            new CpuModel(
                "custom",
                Optional.of("Nehalem"),
                List.of(new CpuFeature("avx2", "require"), new CpuFeature("sse4.1", "disable"))));
    assertThat(hardware.maxSockets()).contains(4);
    assertThat(hardware("'cpu':{'model':'host-model'}").cpuModel())
        .contains(new CpuModel("host-model", Optional.empty(), List.of()));
    assertThat(hardware("'cpu':{'features':[{'name':'avx2'}]}").cpuModel())
        .as("features are features of something")
        .hasValueSatisfying(cpu -> assertThat(cpu.mode()).isEqualTo("host-model"));
    assertThat(hardwareWithKvm("'cpu':{'model':'host-passthrough'}").cpuModel())
        .hasValueSatisfying(cpu -> assertThat(cpu.mode()).isEqualTo("host-passthrough"));
  }

  @Test
  void shouldReadFirmwareAndTables() {
    Hardware bios =
        hardware(
            """
            'firmware':{'uuid':'5D307CA9-B3EF-428C-8861-06E72D69F223','serial':'S 1',
             'bootloader':{'bios':{'useSerial':true}}},
            'chassis':{'manufacturer':'M','version':'V','serial':'S','asset':'A','sku':'K'}""");

    assertThat(bios.firmware())
        .isEqualTo(
            new Hardware.Firmware(
                Optional.of("5d307ca9-b3ef-428c-8861-06e72d69f223"),
                Optional.of("S 1"),
                false,
                false,
                true));
    assertThat(bios.chassis())
        .isEqualTo(
            Map.of("manufacturer", "M", "version", "V", "serial", "S", "asset", "A", "sku", "K"));
    Hardware efi =
        hardware("'firmware':{'bootloader':{'efi':{}}},'features':{'smm':{'enabled':true}}");
    assertThat(efi.firmware().efi()).isTrue();
    assertThat(efi.firmware().secureBoot()).as("the default with EFI").isTrue();
    assertThat(efi.video()).contains("bochs");
    assertThat(
            hardware("'firmware':{'bootloader':{'efi':{'secureBoot':false,'persistent':false}}}")
                .firmware()
                .secureBoot())
        .isFalse();
  }

  @Test
  void shouldReadTheClock() {
    assertThat(
            hardware(
                    """
                    'clock':{'utc':{'offsetSeconds':-60},'timer':{'hpet':{'present':false},
                     'rtc':{'tickPolicy':'catchup','track':'wall'},'pit':{'tickPolicy':'delay'},
                     'kvm':{'present':false}}}""")
                .clock())
        .isEqualTo(
            new Hardware.Clock(
                Optional.of(-60),
                Optional.empty(),
                List.of(
                    new Timer("rtc", true, Optional.of("catchup"), Optional.of("wall")),
                    new Timer("pit", true, Optional.of("delay"), Optional.empty()),
                    new Timer("hpet", false, Optional.empty(), Optional.empty()),
                    new Timer("kvmclock", false, Optional.empty(), Optional.empty()))));
    assertThat(hardware("'clock':{'timezone':'Europe/Berlin'}").clock().timezone())
        .contains("Europe/Berlin");
  }

  @Test
  void shouldReadFeatures() {
    assertThat(
            hardware(
                    """
                    'features':{'acpi':{'enabled':false},'apic':{'endOfInterrupt':false},
                     'kvm':{'hidden':true},'pvspinlock':{'enabled':false},'smm':{}}""")
                .features())
        .isEqualTo(
            new Hardware.Features(
                false,
                true,
                Optional.of(false),
                List.of(),
                false,
                Optional.of(true),
                Optional.of(false),
                Optional.of(true)));
  }

  @Test
  void shouldTurnOnWhatHyperVsInterfacesNeedOfEachOther() {
    Hardware hardware =
        hardwareWithKvm(
            """
            'features':{'hyperv':{'relaxed':{},'spinlocks':{},'vendorid':{'vendorid':'abc'},
             'synictimer':{'direct':{}},'reset':{'enabled':false}}}""");

    assertThat(hardware.features().hyperv())
        .containsExactlyInAnyOrder(
            new HypervFeature("relaxed", true, Optional.empty()),
            new HypervFeature("spinlocks", true, Optional.of("4096")),
            new HypervFeature("vendor_id", true, Optional.of("abc")),
            new HypervFeature("stimer", true, Optional.of("direct")),
            new HypervFeature("synic", true, Optional.empty()),
            new HypervFeature("vpindex", true, Optional.empty()),
            new HypervFeature("reset", false, Optional.empty()));
    assertThat(hardware.clock().timers())
        .containsExactly(new Timer("hypervclock", true, Optional.empty(), Optional.empty()));
    assertThat(hardwareWithKvm("'features':{'hypervPassthrough':{'enabled':true}}").features())
        .satisfies(features -> assertThat(features.hypervPassthrough()).isTrue());
  }

  @Test
  void shouldReadDevices() {
    Hardware hardware =
        hardware(
            """
            'ioThreadsPolicy':'auto','devices':{'autoattachGraphicsDevice':true,
             'video':{'type':'virtio'},'inputs':[{'name':'pen','type':'tablet','bus':'virtio'},
              {'name':'t','type':'tablet'}],'watchdog':{'name':'dog','i6300esb':{}},
             'panicDevices':[{}],'useVirtioTransitional':true,'blockMultiQueue':true,
             'disableHotplug':true,'autoattachVSOCK':false}""");

    assertThat(hardware.video()).contains("virtio");
    assertThat(hardware.inputs())
        .containsExactly(new Input("pen", "tablet", "virtio"), new Input("t", "tablet", "usb"));
    assertThat(hardware.watchdog()).contains(new Watchdog("dog", "i6300esb", "reset"));
    assertThat(hardware.panicModels()).containsExactly("isa");
    assertThat(hardware.transitional()).isTrue();
    assertThat(hardware.blockMultiQueue()).isTrue();
    assertThat(hardware.ioThreadsPolicy()).contains("auto");
    assertThat(hardware("'devices':{'autoattachGraphicsDevice':false}").video()).isEmpty();
    assertThat(hardware("'devices':{'autoattachSerialConsole':false}").serialConsole()).isFalse();
    assertThat(hardware("'devices':{'autoattachInputDevice':true}").inputs())
        .containsExactly(new Input("default-0", "tablet", "usb"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'cpu':{'model':'a b'}                          | cpu.model",
        "'cpu':{'features':[{'name':'A/B'}]}            | cpu.features[0].name",
        "'cpu':{'features':[{'name':'a','policy':'x'}]} | cpu.features[0].policy",
        "'cpu':{'features':[{'name':'a'},{'name':'a'}]} | cpu.features[1].name",
        "'cpu':{'sockets':4,'maxSockets':2}             | cpu.sockets",
        "'cpu':{'cores':8,'maxSockets':128}             | cpu",
        "'machine':{'type':'pc-q35-rhel9.2.0'}          | machine.type",
        "'machine':{'type':'virt'}                      | machine.type",
        "'firmware':{'uuid':'x'}                        | firmware.uuid",
        "'firmware':{'serial':'a\\nb'}                  | firmware.serial",
        "'chassis':{'sku':'\\u00e9'}                    | chassis.sku",
        "'firmware':{'bootloader':{'efi':{}}}           | firmware.bootloader.efi.secureBoot",
        "'firmware':{'bootloader':{'bios':{},'efi':{'secureBoot':false}}} | firmware.bootloader",
        "'machine':{'type':'pc'},'features':{'smm':{}},'firmware':{'bootloader':{'efi':{}}} | firmware.bootloader.efi.secureBoot",
        "'firmware':{'bootloader':{'bios':{'useSerial':true}}},'devices':{'autoattachSerialConsole':false} | firmware.bootloader.bios.useSerial",
        "'devices':{'autoattachSerialConsole':false,'logSerialConsole':true} | devices.logSerialConsole",
        "'clock':{'utc':{},'timezone':'UTC'}            | clock",
        "'clock':{'timezone':'../etc/passwd'}           | clock.timezone",
        "'clock':{'timer':{'hpet':{'tickPolicy':'x'}}}  | clock.timer.hpet.tickPolicy",
        "'clock':{'timer':{'pit':{'tickPolicy':'merge'}}} | clock.timer.pit.tickPolicy",
        "'clock':{'timer':{'rtc':{'track':'moon'}}}     | clock.timer.rtc.track",
        "'devices':{'video':{'type':'qxl'}}             | devices.video.type",
        "'devices':{'autoattachGraphicsDevice':false,'video':{}} | devices.video",
        "'devices':{'inputs':[{'name':'a','type':'mouse'}]} | devices.inputs[0].type",
        "'devices':{'inputs':[{'name':'a','type':'tablet','bus':'ps2'}]} | devices.inputs[0].bus",
        "'devices':{'inputs':[{'name':'a b','type':'tablet'}]} | devices.inputs[0].name",
        "'devices':{'inputs':[{'name':'a','type':'tablet'},{'name':'a','type':'tablet'}]} | devices.inputs[1].name",
        "'devices':{'watchdog':{'name':'w','i6300esb':{'action':'dump'}}} | devices.watchdog.i6300esb.action",
        "'devices':{'inputs':[{'name':'w','type':'tablet'}],'watchdog':{'name':'w'}} | devices.watchdog.name",
        "'devices':{'panicDevices':[{},{'model':'isa'}]} | devices.panicDevices[1].model",
        "'devices':{'panicDevices':[{'model':'x'}]}     | devices.panicDevices[0].model",
        "'ioThreadsPolicy':'many'                       | ioThreadsPolicy",
        "'features':{'hypervPassthrough':{'enabled':true},'hyperv':{}} | features.hypervPassthrough",
      })
  void shouldRefuseWrongValues(String more, String path) {
    refused(domain(more), "spec.domain." + path, Kind.INVALID);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'cpu':{'model':'host-passthrough'}              | cpu.model",
        "'cpu':{'features':[{'name':'a','policy':'force'}]} | cpu.features[0].policy",
        "'clock':{'timer':{'kvm':{}}}                    | clock.timer.kvm",
        "'clock':{'timer':{'hyperv':{'present':true}}}   | clock.timer.hyperv",
        "'features':{'apic':{'endOfInterrupt':true}}     | features.apic.endOfInterrupt",
        "'features':{'pvspinlock':{}}                    | features.pvspinlock",
        "'features':{'hyperv':{'relaxed':{}}}            | features.hyperv.relaxed",
        "'features':{'hypervPassthrough':{'enabled':true}} | features.hypervPassthrough",
        "'devices':{'panicDevices':[{'model':'hyperv'}]} | devices.panicDevices[0].model",
      })
  void shouldRefuseInWordsWhatEmulationCannotDo(String more, String path) {
    assertThat(problems(domain(more)))
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.path()).isEqualTo("spec.domain." + path);
              assertThat(problem.kind()).isEqualTo(Kind.NOT_SUPPORTED);
              assertThat(problem.message()).contains("needs KVM");
            });
    assertThat(withKvm(more)).isInstanceOf(SpecReader.Result.Accepted.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'features':{'hyperv':{'synic':{},'vpindex':{'enabled':false}}} | features.hyperv.vpindex",
        "'features':{'hyperv':{'evmcs':{}}}                             | features.hyperv.evmcs",
        "'features':{'hyperv':{'vendorid':{}}}                          | features.hyperv.vendorid.vendorid",
        "'features':{'hyperv':{'vendorid':{'vendorid':'a,b'}}}          | features.hyperv.vendorid.vendorid",
        "'features':{'hyperv':{'spinlocks':{'spinlocks':4}}}            | features.hyperv.spinlocks.spinlocks",
        "'clock':{'timer':{'hyperv':{'present':false}}},'features':{'hyperv':{'synictimer':{}}} | clock.timer.hyperv.present",
      })
  void shouldRefuseWhatDoesNotGoTogether(String more, String path) {
    assertThat(withKvm(more))
        .isInstanceOfSatisfying(
            SpecReader.Result.Refused.class,
            refused ->
                assertThat(refused.problems())
                    .singleElement()
                    .satisfies(p -> assertThat(p.path()).isEqualTo("spec.domain." + path)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'cpu':{'dedicatedCpuPlacement':true}",
        "'cpu':{'isolateEmulatorThread':true}",
        "'cpu':{'numa':{'guestMappingPassthrough':{}}}",
        "'cpu':{'realtime':{}}",
        "'memory':{'guest':'64Mi','hugepages':{'pageSize':'2Mi'}}",
        "'firmware':{'kernelBoot':{'kernelArgs':'a'}}",
        "'firmware':{'acpi':{'slicNameRef':'a'}}",
        "'firmware':{'bootloader':{'efi':{'secureBoot':false,'persistent':true}}}",
        "'features':{'apic':{'enabled':false}}",
        "'features':{'hyperv':{'tlbflush':{'enabled':false,'direct':{}}}}",
        "'devices':{'autoattachVSOCK':true}",
        "'devices':{'disableHotplug':false}",
        "'devices':{'networkInterfaceMultiqueue':true}",
        "'devices':{'watchdog':{'name':'w','diag288':{}}}",
        "'devices':{'panicDevices':[{'model':'pvpanic'}]}",
        "'ioThreadsPolicy':'supplementalPool'",
      })
  void shouldRefuseWhatIsNotThereYet(String more) {
    assertThat(read(domain(more)))
        .isInstanceOfSatisfying(
            SpecReader.Result.Refused.class,
            refused ->
                assertThat(refused.problems())
                    .allSatisfy(p -> assertThat(p.kind()).isEqualTo(Kind.NOT_SUPPORTED)));
  }

  @Test
  void shouldNameWhatWasExpected() {
    assertThat(problems(domain("'clock':{'timer':{'rtc':{'tickPolicy':'x'}}}")))
        .singleElement()
        .satisfies(
            problem ->
                assertThat(problem.message())
                    .isEqualTo("expected one of delay, catchup, but got 'x'"));
  }

  @Test
  void shouldWantNames() {
    refused(
        domain("'devices':{'watchdog':{}}"), "spec.domain.devices.watchdog.name", Kind.REQUIRED);
    refused(
        domain("'devices':{'inputs':[{}]}"), "spec.domain.devices.inputs[0].type", Kind.REQUIRED);
    refused(domain("'cpu':{'features':[{}]}"), "spec.domain.cpu.features[0].name", Kind.REQUIRED);
  }

  @Test
  void shouldNotAskKubernetesForTheOverheadWhenSaidSo() {
    VmiSpec spec = accepted(domain("'resources':{'overcommitGuestOverhead':true}"));

    assertThat(
            CanonicalJson.write(
                LauncherPod.render(
                    new LauncherPod.Owner("u", "n", "v", Map.of(), Map.of()),
                    spec,
                    1,
                    SpecReading.SETTINGS)))
        .contains("\"memory\":\"64Mi\"");
  }
}
