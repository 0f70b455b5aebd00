package io.vireo.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.vireo.cli.bench.Figure.Unit;
import io.vireo.cli.bench.Plots.Curve;
import io.vireo.cli.bench.Svg.Point;
import java.io.StringReader;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class PlotsTest {

  private static Figure figure(String title, Double... values) {
    return Figure.of(title, title, Unit.MILLISECONDS, "clock", List.of(values));
  }

  private static List<Element> elements(String svg, String name) throws Exception {
    NodeList found =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(svg)))
            .getElementsByTagName(name);
    return IntStream.range(0, found.getLength()).mapToObj(i -> (Element) found.item(i)).toList();
  }

  private static List<String> texts(String svg) throws Exception {
    return elements(svg, "text").stream().map(Element::getTextContent).toList();
  }

  private static double number(Element element, String attribute) {
    return Double.parseDouble(element.getAttribute(attribute));
  }

  @Test
  void shouldDrawADistribution() throws Exception {
    String svg =
        Plots.distribution(
            "Start <of> each",
            List.of(figure("start", 10.0, 100.0), figure("start", 100.0, 1000.0)),
            List.of("before & after", "now"));

    assertThat(texts(svg))
        .contains(
            "Start <of> each",
            "start, ms (logarithmic)",
            "before & after",
            "now",
            "10",
            "1,000",
            "50");
    List<Element> curves = elements(svg, "polyline");
    String[] points = curves.getFirst().getAttribute("points").split(" ");
    // Half of the values are the tenth part of a thousand: a third of the way, in decades of three.
    assertThat(points[0]).isEqualTo("70.0,344.6");
    assertThat(points[99]).isEqualTo("70.0,206.0");
    assertThat(points[100]).startsWith("390.0,");
    assertThat(points[199]).isEqualTo("390.0,66.0");
  }

  @Test
  void shouldDrawLinesOverASetting() throws Exception {
    String svg =
        Plots.over(
            "Growth",
            "VMIs",
            "processor time, ms",
            List.of(
                new Curve("scheduler", List.of(new Point(100, 20), new Point(1000, 40))),
                new Curve("kafka", List.of(new Point(1000, 10)))));

    assertThat(texts(svg)).contains("Growth", "VMIs", "processor time, ms", "scheduler", "kafka");
    List<Element> dots = elements(svg, "circle");
    assertThat(dots).hasSize(3);
    assertThat(number(dots.get(1), "cx")).isCloseTo(710, within(0.1));
    assertThat(number(dots.get(1), "cy")).isCloseTo(66, within(0.1));
    assertThat(number(dots.get(2), "cy")).isCloseTo(66 + 280 * 0.75, within(0.1));
  }

  @Test
  void shouldDrawStepsOneAfterAnother() throws Exception {
    String svg =
        Plots.waterfall(
            "Hops", List.of(figure("first", 30.0), figure("back", -10.0), figure("last", 80.0)));

    assertThat(texts(svg))
        .contains("first: 30.0 ms, P95 30.0 ms", "since the first began, ms", "100");
    List<Element> bars =
        elements(svg, "rect").stream()
            .filter(bar -> bar.getAttribute("class").equals("f0"))
            .toList();
    double each = (710 - 70) / 100.0;
    assertThat(bars)
        .extracting(bar -> number(bar, "x"))
        .containsExactly(70.0, 70 + 20 * each, 70 + 20 * each);
    assertThat(number(bars.getLast(), "width")).isCloseTo(80 * each, within(0.1));
  }

  @Test
  void shouldBeTheSameEachTime() {
    List<Figure> figures = List.of(figure("a", 1.0, 2.0, 3.0));

    assertThat(Plots.waterfall("x", figures)).isEqualTo(Plots.waterfall("x", figures));
  }

  @Test
  void shouldRefuseWhatALogarithmDoesNotHave() {
    assertThatThrownBy(() -> Plots.distribution("x", List.of(figure("a", -1.0)), List.of("a")))
        .hasMessageContaining("above 0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0   | 100  | 0 20 40 60 80 100
          0   | 7    | 0 2 4 6 8
          0   | 3    | 0 0.5 1 1.5 2 2.5 3
          0   | 8000 | 0 2,000 4,000 6,000 8,000
          -3  | 9    | -4 -2 0 2 4 6 8 10
          0   | 0    | 0 0.2
          """)
  void shouldPutEvenTicksOverAll(double min, double max, String ticks) {
    assertThat(text(Axis.linear("x", min, max, 0, 1))).isEqualTo(ticks);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          12  | 340     | 10 20 50 100 200 500
          10  | 100     | 10 20 50 100
          7   | 7       | 5 10
          5   | 5       | 5 10
          0.3 | 40000   | 0.1 1 10 100 1,000 10,000 100,000
          """)
  void shouldPutTicksOfDecadesOverAll(double min, double max, String ticks) {
    assertThat(text(Axis.log("x", min, max, 0, 1))).isEqualTo(ticks);
  }

  private static String text(Axis axis) {
    return String.join(" ", axis.ticks().stream().map(Axis::text).toList());
  }
}
