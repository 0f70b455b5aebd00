package io.vireo.node.core;

import java.io.StringWriter;
import java.util.Optional;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Writes XML to memory. Values are escaped by Java's writer, never by hand. */
final class Xml {

  private final StringWriter text = new StringWriter();
  private final XMLStreamWriter writer;

  Xml() throws XMLStreamException {
    writer = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
  }

  void open(String name, String... attributes) throws XMLStreamException {
    writer.writeStartElement(name);
    attributes(attributes);
  }

  void empty(String name, String... attributes) throws XMLStreamException {
    writer.writeEmptyElement(name);
    attributes(attributes);
  }

  /** Attributes of the element begun last, as names and values in turn. */
  void attributes(String... attributes) throws XMLStreamException {
    for (int i = 0; i < attributes.length; i += 2) {
      writer.writeAttribute(attributes[i], attributes[i + 1]);
    }
  }

  /** The same for a value that may not be there. */
  void attribute(String name, Optional<?> value) throws XMLStreamException {
    if (value.isPresent()) {
      writer.writeAttribute(name, value.get().toString());
    }
  }

  void text(String name, String value, String... attributes) throws XMLStreamException {
    open(name, attributes);
    writer.writeCharacters(value);
    close();
  }

  /** Begins an element of a namespace of its own. */
  void openIn(String namespace, String prefix, String name) throws XMLStreamException {
    writer.writeStartElement(prefix, name, namespace);
    writer.writeNamespace(prefix, namespace);
  }

  void close() throws XMLStreamException {
    writer.writeEndElement();
  }

  String end() throws XMLStreamException {
    writer.close();
    return text.toString();
  }
}
