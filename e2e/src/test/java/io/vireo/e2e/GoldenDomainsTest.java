package io.vireo.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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
import org.junit.jupiter.params.provider.MethodSource;
import org.xml.sax.InputSource;

/** From the spec of a VMI to its domain; {@code -Dvireo.golden.update=true} writes them anew. */
class GoldenDomainsTest {

  private static final Path SCHEMA = Path.of("/usr/share/libvirt/schemas/domain.rng");

  static Stream<String> names() {
    return GoldenDomains.names();
  }

  @ParameterizedTest
  @MethodSource("names")
  void shouldRenderAsRecorded(String name) throws Exception {
    String actual = indented(GoldenDomains.xml(name)).strip();

    String file = name + ".domain.xml";
    if (Boolean.getBoolean("vireo.golden.update")) {
      Files.writeString(Path.of("src/test/resources/domains", file), actual + "\n");
      return;
    }
    assertThat(actual).isEqualTo(GoldenDomains.resource(file).strip());
  }

  private static String indented(String xml) throws Exception {
    Transformer transformer = TransformerFactory.newDefaultInstance().newTransformer();
    transformer.setOutputProperty(OutputKeys.INDENT, "yes");
    transformer.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
    transformer.setOutputProperty("{http://xml.apache.org/xslt}indent-amount", "2");
    StringWriter text = new StringWriter();
    transformer.transform(
        new DOMSource(
            DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(xml)))),
        new StreamResult(text));
    return text.toString();
  }

  @ParameterizedTest
  @MethodSource("names")
  void shouldFitLibvirtsSchemaWhereItIsInstalled(String name, @TempDir Path folder)
      throws Exception {
    assumeThat(SCHEMA).as("libvirt's schema domain.rng").exists();
    assumeThat(Path.of("/usr/bin/xmllint")).as("xmllint (package libxml2-utils)").exists();
    Path file = Files.writeString(folder.resolve("domain.xml"), GoldenDomains.xml(name));

    Process process =
        new ProcessBuilder(
                "/usr/bin/xmllint", "--noout", "--relaxng", SCHEMA.toString(), file.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
  }

  @Test
  void shouldHaveEachHonouredFieldOfTheDomainInOneOfThem() {
    Set<String> there = new TreeSet<>();
    names()
        .forEach(
            name ->
                assertThatNoException()
                    .isThrownBy(() -> leaves("spec", GoldenDomains.spec(name), there)));

    List<String> honoured = new ArrayList<>(HonouredFields.ALWAYS);
    honoured.addAll(HonouredFields.WITH_KVM);
    // The pod has the resources, and an interface is masqueraded by an empty object.
    honoured.removeIf(
        path ->
            !path.startsWith("spec.domain.")
                || path.startsWith("spec.domain.resources")
                || path.equals("spec.domain.devices.rng")
                || path.endsWith(".masquerade"));
    assertThat(there).containsAll(honoured);
  }

  private static void leaves(String path, Object tree, Set<String> there) {
    switch (tree) {
      case Map<?, ?> map -> map.forEach((key, value) -> leaves(path + "." + key, value, there));
      case List<?> list -> list.forEach(item -> leaves(path + "[]", item, there));
      default -> there.add(path);
    }
  }
}
