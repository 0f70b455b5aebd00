package io.vireo.schemas;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.util.ClassSecurityValidator;

/**
 * Records to bytes and back, in the registry wire format: {@code 00}, the schema id as 4 big-endian
 * bytes, Avro binary. Thread-safe. A record written with an earlier release's schema is read with
 * Avro's resolution rules; bytes that are no record of the wanted type give {@link
 * UndecodableRecordException} and nothing else, whatever they are.
 */
public final class AvroCodec {

  /** Bytes before the Avro payload. */
  public static final int HEADER_BYTES = 5;

  private static final byte MAGIC = 0;
  private static final String RECORDS = "io.vireo.schemas.avro";
  private static final Map<Class<?>, Schema> SCHEMAS = new ConcurrentHashMap<>();
  private static final Map<Class<?>, Writer> WRITERS = new ConcurrentHashMap<>();

  /** Those that nobody reads with now: resolving two schemas takes longer than reading a record. */
  private static final Map<Pair, Queue<SpecificDatumReader<?>>> READERS = new ConcurrentHashMap<>();

  /** How records of one class are written. A datum writer keeps nothing between two records. */
  private record Writer(int id, SpecificDatumWriter<SpecificRecord> records) {
    static Writer of(Schema schema) {
      return new Writer(SchemaCatalogue.id(schema), new SpecificDatumWriter<>(schema));
    }
  }

  /** Schemas are compared by their ids: all that comes here is in the catalogue. */
  private record Pair(int writer, Class<?> type) {}

  static {
    // Avro builds no class that is not trusted by name, since a schema may come from anyone.
    ClassSecurityValidator.setGlobal(
        ClassSecurityValidator.composite(
            ClassSecurityValidator.getGlobal(), type -> type.getPackageName().equals(RECORDS)));
  }

  private AvroCodec() {}

  /** Schema of a generated class. */
  public static Schema schemaOf(Class<? extends SpecificRecord> type) {
    return SCHEMAS.computeIfAbsent(type, t -> SpecificData.get().getSchema(t));
  }

  /** Encodes a record with its class's schema. */
  public static byte[] encode(SpecificRecord value) {
    Writer writer = WRITERS.computeIfAbsent(value.getClass(), type -> Writer.of(value.getSchema()));
    ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    out.writeBytes(ByteBuffer.allocate(HEADER_BYTES).put(MAGIC).putInt(writer.id()).array());
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
    try {
      writer.records().write(value, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("Expected to write to memory", e);
    }
    return out.toByteArray();
  }

  /** Decodes a record of the given type. */
  public static <V extends SpecificRecord> V decode(Class<V> type, byte[] bytes)
      throws UndecodableRecordException {
    if (bytes == null || bytes.length < HEADER_BYTES) {
      throw new UndecodableRecordException(
          "Truncated",
          "Expected at least "
              + HEADER_BYTES
              + " bytes, but got "
              + (bytes == null ? 0 : bytes.length));
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    byte magic = buffer.get();
    if (magic != MAGIC) {
      throw new UndecodableRecordException(
          "WrongMagic", "Expected the first byte to be 0, but it is " + (magic & 0xff));
    }
    int id = buffer.getInt();
    Schema writer =
        SchemaCatalogue.current()
            .find(id)
            .orElseThrow(
                () ->
                    new UndecodableRecordException(
                        "UnknownSchemaId", "Expected a schema id of Vireo's, but got " + id));
    Schema reader = schemaOf(type);
    if (!writer.getFullName().equals(reader.getFullName())) {
      throw new UndecodableRecordException(
          "WrongSchema",
          "Expected a record " + reader.getFullName() + ", but got " + writer.getFullName());
    }
    return read(type, id, writer, reader, bytes);
  }

  private static <V extends SpecificRecord> V read(
      Class<V> type, int id, Schema writer, Schema reader, byte[] bytes)
      throws UndecodableRecordException {
    Queue<SpecificDatumReader<?>> idle =
        READERS.computeIfAbsent(new Pair(id, type), pair -> new ConcurrentLinkedQueue<>());
    SpecificDatumReader<?> kept = idle.poll();
    SpecificDatumReader<?> records =
        kept == null ? new SpecificDatumReader<V>(writer, reader) : kept;
    BinaryDecoder decoder =
        DecoderFactory.get().binaryDecoder(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES, null);
    try {
      V value = type.cast(records.read(null, decoder));
      // One that failed in the middle of a record is not used again.
      idle.add(records);
      if (!decoder.isEnd()) {
        throw new UndecodableRecordException(
            "Malformed",
            "Expected the record " + type.getSimpleName() + " to end, but bytes follow");
      }
      return value;
    } catch (EOFException e) {
      throw new UndecodableRecordException(
          "Truncated", "Expected a whole " + type.getSimpleName() + ", but the bytes end early", e);
    } catch (IOException
        | AvroRuntimeException
        | IndexOutOfBoundsException
        | NegativeArraySizeException
        | UnsupportedOperationException
        | ClassCastException e) {
      // Hostile bytes reach Avro's decoder; each of these was seen from it in fuzzing.
      throw new UndecodableRecordException(
          "Malformed", "Expected a " + type.getSimpleName() + ", but the bytes are malformed", e);
    }
  }
}
