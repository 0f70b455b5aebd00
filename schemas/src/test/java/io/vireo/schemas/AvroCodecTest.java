package io.vireo.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vireo.schemas.avro.EventCause;
import io.vireo.schemas.avro.VmiEnded;
import io.vireo.schemas.avro.VmiEvent;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AvroCodecTest {

  private static final VmiEvent EVENT =
      VmiEvent.newBuilder()
          .setId("vireo.vmi.desired.v1-3-17-0")
          .setType(VmiEventType.PHASE_CHANGED.wireName())
          .setVmiUid("6d1c0bb0-0000-4000-8000-000000000001")
          .setNamespace("default")
          .setName("tiny")
          .setSequence(4)
          .setTime(1_700_000_000_000L)
          .setCause(new EventCause("vireo.vmi.desired.v1", 3, 17L))
          .setActor("kubernetes")
          .setReason("Scheduled")
          .setAttributes(Map.of("from", "Scheduling", "to", "Scheduled"))
          .build();

  @Test
  void shouldReadWhatItWrote() throws Exception {
    byte[] bytes = AvroCodec.encode(EVENT);

    VmiEvent read = AvroCodec.decode(VmiEvent.class, bytes);

    assertThat(read).isEqualTo(EVENT);
  }

  @Test
  void shouldCarryTheRegistryHeader() {
    ByteBuffer bytes = ByteBuffer.wrap(AvroCodec.encode(EVENT));

    assertThat(bytes.get()).isZero();
    assertThat(SchemaCatalogue.current().find(bytes.getInt()))
        .contains(AvroCodec.schemaOf(VmiEvent.class));
  }

  @Test
  void shouldNameWhyBytesAreNoRecord() {
    byte[] good = AvroCodec.encode(EVENT);
    byte[] json = "{\"type\":\"PhaseChanged\"}".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    byte[] unknownId = ByteBuffer.allocate(6).put((byte) 0).putInt(1).array();

    assertReason(new byte[3], "Truncated");
    assertReason(json, "WrongMagic");
    assertReason(unknownId, "UnknownSchemaId");
    assertReason(AvroCodec.encode(new VmiEnded("u", "n", "m", "r", 1L, "k")), "WrongSchema");
    assertReason(Arrays.copyOf(good, good.length - 4), "Truncated");
    assertReason(Arrays.copyOf(good, good.length + 1), "Malformed");
  }

  @Test
  void shouldAnswerHostileBytesWithItsOwnExceptionOnly() {
    byte[] good = AvroCodec.encode(EVENT);
    Random random = new Random(42);
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = good.clone();
      int changes = 1 + random.nextInt(4);
      for (int change = 0; change < changes; change++) {
        bytes[AvroCodec.HEADER_BYTES + random.nextInt(bytes.length - AvroCodec.HEADER_BYTES)] =
            (byte) random.nextInt();
      }
      try {
        AvroCodec.decode(VmiEvent.class, bytes);
      } catch (UndecodableRecordException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(1_000);
  }

  private static void assertReason(byte[] bytes, String reason) {
    assertThatThrownBy(() -> AvroCodec.decode(VmiEvent.class, bytes))
        .isInstanceOfSatisfying(
            UndecodableRecordException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
