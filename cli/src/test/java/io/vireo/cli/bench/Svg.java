package io.vireo.cli.bench;

import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * An SVG file in the making. The same calls give the same bytes: no font is measured. Colours are
 * by class, for light and for dark pages.
 */
final class Svg {

  /** Colours that differ for colour-blind people too; more curves than these are hard to tell. */
  static final int COLOURS = 6;

  private static final String STYLE =
      """
      text{font:12px system-ui,sans-serif;fill:#1f2328}
      .page{fill:#ffffff}
      .title{font-size:15px;font-weight:600}
      .middle{text-anchor:middle}
      .end{text-anchor:end}
      .grid{stroke:#d8dee4}
      .whisker{stroke:#1f2328;stroke-width:1.5}
      .curve{fill:none;stroke-width:2}
      .s0{stroke:#0072b2}.s1{stroke:#d55e00;stroke-dasharray:7 3}.s2{stroke:#009e73;stroke-dasharray:2 3}
      .s3{stroke:#b0508c;stroke-dasharray:9 3 2 3}.s4{stroke:#8a6d00}.s5{stroke:#57606a;stroke-dasharray:7 3}
      .f0{fill:#0072b2}.f1{fill:#d55e00}.f2{fill:#009e73}.f3{fill:#b0508c}.f4{fill:#8a6d00}.f5{fill:#57606a}
      @media(prefers-color-scheme:dark){
      text{fill:#e6edf3}
      .page{fill:#0d1117}
      .grid{stroke:#30363d}
      .whisker{stroke:#e6edf3}
      .s0{stroke:#56b4e9}.s1{stroke:#ff9248}.s2{stroke:#2fd3a4}.s3{stroke:#e59ac8}.s4{stroke:#f0e442}.s5{stroke:#b1bac4}
      .f0{fill:#56b4e9}.f1{fill:#ff9248}.f2{fill:#2fd3a4}.f3{fill:#e59ac8}.f4{fill:#f0e442}.f5{fill:#b1bac4}
      }
      """;

  /** On a plot, from its upper left corner. */
  record Point(double x, double y) {}

  private final StringWriter text = new StringWriter();
  private final XMLStreamWriter xml;

  /** A page with a title. */
  Svg(int width, int height, String title) {
    try {
      xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
      xml.writeStartElement("svg");
      xml.writeDefaultNamespace("http://www.w3.org/2000/svg");
      xml.writeAttribute("viewBox", "0 0 " + width + " " + height);
      xml.writeAttribute("width", "" + width);
      xml.writeAttribute("height", "" + height);
      xml.writeAttribute("role", "img");
    } catch (XMLStreamException e) {
      throw new IllegalStateException(e);
    }
    element("title", title);
    element("style", "\n" + STYLE);
    rectangle(0, 0, width, height, "page");
  }

  void text(double x, double y, String type, String words) {
    element("text", words, "class", type, "x", number(x), "y", number(y));
  }

  void line(Point from, Point to, String type) {
    element(
        "line",
        "",
        "class",
        type,
        "x1",
        number(from.x()),
        "y1",
        number(from.y()),
        "x2",
        number(to.x()),
        "y2",
        number(to.y()));
  }

  void curve(List<Point> points, String type) {
    element(
        "polyline",
        "",
        "class",
        "curve " + type,
        "points",
        points.stream()
            .map(point -> number(point.x()) + "," + number(point.y()))
            .collect(Collectors.joining(" ")));
  }

  void dot(Point at, String type) {
    element("circle", "", "class", type, "cx", number(at.x()), "cy", number(at.y()), "r", "3.5");
  }

  void rectangle(double x, double y, double width, double height, String type) {
    element(
        "rect",
        "",
        "class",
        type,
        "x",
        number(x),
        "y",
        number(y),
        "width",
        number(width),
        "height",
        number(height));
  }

  /** The file. */
  String end() {
    try {
      xml.writeCharacters("\n");
      xml.writeEndElement();
      xml.writeCharacters("\n");
      return text.toString();
    } catch (XMLStreamException e) {
      throw new IllegalStateException(e);
    }
  }

  private void element(String name, String words, String... attributes) {
    try {
      xml.writeCharacters("\n");
      xml.writeStartElement(name);
      for (int i = 0; i < attributes.length; i += 2) {
        xml.writeAttribute(attributes[i], attributes[i + 1]);
      }
      xml.writeCharacters(words);
      xml.writeEndElement();
    } catch (XMLStreamException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
