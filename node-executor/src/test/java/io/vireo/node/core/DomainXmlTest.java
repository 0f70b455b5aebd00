package io.vireo.node.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class DomainXmlTest {

  private static final String UUID = "6d1c0bb0-0000-4000-8000-000000000001";
  private static final DomainXml.Metadata METADATA =
      new DomainXml.Metadata(UUID, 3, 17, UUID + "/3/17");
  private static final Path SCHEMA = Path.of("/usr/share/libvirt/schemas/domain.rng");

  private static DomainSpec domain(String kind) {
    List<DomainSpec.Disk> disks =
        List.of(
            disk("root", "disk", "virtio", "qcow2", false, Optional.of(1)),
            new DomainSpec.Disk(
                "scratch",
                "disk",
                "scsi",
                Optional.of("sda"),
                new DomainSpec.Source("/dev/vireo-scratch", "raw", true),
                false,
                true,
                Optional.empty(),
                Optional.of("S-1"),
                Optional.empty(),
                Optional.of(new DomainSpec.BlockSize(512, 4096)),
                new DomainSpec.Driver(
                    Optional.of("none"),
                    Optional.of("native"),
                    Optional.of("report"),
                    Optional.empty(),
                    Optional.empty())),
            disk("tools", "cdrom", "sata", "qcow2", true, Optional.empty()),
            disk("seed", "disk", "virtio", "raw", true, Optional.empty()));
    return switch (kind) {
      case "minimal" ->
          new DomainSpec(
              "default_tiny",
              UUID,
              true,
              "q35",
              65536,
              new DomainSpec.Topology(1, 1, 1),
              List.of(),
              List.of(),
              "/var/run/kubevirt-private/u/virt-serial0",
              Optional.empty(),
              30,
              false,
              true,
              64,
              Machines.plain());
      case "full" ->
          new DomainSpec(
              "default_tiny",
              UUID,
              false,
              "q35",
              262144,
              new DomainSpec.Topology(2, 2, 1),
              disks,
              List.of(
                  new DomainSpec.Interface(
                      "default",
                      "virtio",
                      Optional.of("02:00:00:00:00:01"),
                      Optional.of(2),
                      Optional.of(network()),
                      Optional.of(4))),
              "/var/run/kubevirt-private/u/virt-serial0",
              Optional.of("/var/run/kubevirt-console-log/virt-serial0-log"),
              5,
              true,
              false,
              64,
              Machines.full());
      case "hostile" ->
          new DomainSpec(
              "default_<&\"'>",
              UUID,
              true,
              "q35\"/><evil a=\"",
              65536,
              new DomainSpec.Topology(1, 1, 1),
              List.of(disk("a\"><b", "disk", "virtio", "raw", false, Optional.empty())),
              List.of(
                  new DomainSpec.Interface(
                      "n'\"<",
                      "e1000",
                      Optional.empty(),
                      Optional.empty(),
                      Optional.empty(),
                      Optional.empty())),
              "/a\"b",
              Optional.empty(),
              30,
              false,
              false,
              64,
              Machines.hostile());
      default -> throw new IllegalArgumentException(kind);
    };
  }

  private static DomainSpec.Disk disk(
      String name,
      String device,
      String bus,
      String format,
      boolean readOnly,
      Optional<Integer> order) {
    return new DomainSpec.Disk(
        name,
        device,
        bus,
        Optional.empty(),
        new DomainSpec.Source(
            "/var/run/kubevirt-ephemeral-disks/" + name + "." + format, format, false),
        readOnly,
        false,
        order,
        Optional.empty(),
        device.equals("cdrom") ? Optional.of("open") : Optional.empty(),
        Optional.empty(),
        new DomainSpec.Driver(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            bus.equals("virtio") ? Optional.of(2) : Optional.empty(),
            bus.equals("virtio") ? Optional.of(4) : Optional.empty()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"minimal", "full", "hostile"})
  void shouldRenderAsRecorded(String kind) throws Exception {
    String actual = indented(DomainXml.render(domain(kind), METADATA));

    String resource = kind + ".domain.xml";
    if (Boolean.getBoolean("vireo.golden.update")) {
      Files.writeString(Path.of("src/test/resources/io/vireo/node/core", resource), actual);
      return;
    }
    try (InputStream in = DomainXmlTest.class.getResourceAsStream(resource)) {
      assertThat(in).isNotNull();
      assertThat(actual.strip())
          .isEqualTo(new String(in.readAllBytes(), StandardCharsets.UTF_8).strip());
    }
  }

  private static String indented(String xml) throws Exception {
    Document document =
        DocumentBuilderFactory.newDefaultInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(xml)));
    Transformer transformer = TransformerFactory.newDefaultInstance().newTransformer();
    transformer.setOutputProperty(OutputKeys.INDENT, "yes");
    transformer.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
    transformer.setOutputProperty("{http://xml.apache.org/xslt}indent-amount", "2");
    StringWriter text = new StringWriter();
    transformer.transform(new DOMSource(document), new StreamResult(text));
    return text.toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"minimal", "full"})
  void shouldFitLibvirtsSchemaWhereItIsInstalled(String kind, @TempDir Path folder)
      throws Exception {
    Optional<Path> xmllint =
        Stream.of(System.getenv("PATH").split(":"))
            .map(part -> Path.of(part, "xmllint"))
            .filter(Files::isExecutable)
            .findFirst();
    assumeThat(SCHEMA).as("libvirt's schema domain.rng").exists();
    assumeThat(xmllint).as("xmllint on the PATH (package libxml2-utils)").isPresent();
    Path file = folder.resolve("domain.xml");
    Files.writeString(file, DomainXml.render(domain(kind), METADATA));

    Process process =
        new ProcessBuilder(
                xmllint.orElseThrow().toString(),
                "--noout",
                "--relaxng",
                SCHEMA.toString(),
                file.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
  }

  @Test
  void shouldGiveEachDiskATargetOfItsOwn() throws IOException {
    List<DomainSpec.Disk> disks =
        Stream.iterate(0, i -> i < 26, i -> i + 1)
            .map(
                i ->
                    disk(
                        "d" + i,
                        "disk",
                        i % 2 == 0 ? "sata" : "scsi",
                        "raw",
                        false,
                        Optional.empty()))
            .toList();
    DomainSpec base = domain("minimal");
    String xml =
        DomainXml.render(
            new DomainSpec(
                base.name(),
                base.uuid(),
                true,
                base.machine(),
                65536,
                base.topology(),
                disks,
                List.of(),
                "/s",
                Optional.empty(),
                30,
                false,
                true,
                64,
                Machines.plain()),
            METADATA);

    List<String> targets =
        Stream.of(xml.split("<target dev=\""))
            .skip(1)
            .map(t -> t.substring(0, t.indexOf('"')))
            .toList();
    assertThat(targets).hasSize(26).doesNotHaveDuplicates().allMatch(t -> t.matches("sd[a-z]"));
  }

  @Test
  void shouldGiveTheSameMacEachTimeInQemusRange() {
    String mac = GuestMac.of(UUID, "default");

    assertThat(mac).matches("52:54:00(:[0-9a-f]{2}){3}").isEqualTo(GuestMac.of(UUID, "default"));
    assertThat(mac).isNotEqualTo(GuestMac.of(UUID, "other"));
  }

  private static PodNetwork network() {
    return new PodNetwork(
        "masquerade",
        Optional.empty(),
        Optional.empty(),
        List.of(),
        new PodNetwork.DhcpOptions(Optional.empty(), Optional.empty(), List.of(), List.of()));
  }

  @Test
  void shouldTakeTheAddressThatOnlyThePodKnows() {
    assertThat(DomainXml.render(domain("full"), METADATA, Map.of("default", "0a:58:0a:01:02:03")))
        .contains("<mac address=\"0a:58:0a:01:02:03\"")
        .doesNotContain("02:00:00:00:00:01");
  }
}
