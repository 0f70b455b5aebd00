package io.vireo.bench;

import io.vireo.schemas.AvroCodec;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A {@link VmiLife} as bytes: what is fed to a scheduler, and what has to come of it.
 *
 * @param uid key of its records
 * @param records in the order that they are written in
 * @param commands how many follow
 * @param stored its state at the end, as the scheduler stores it
 */
@SuppressWarnings("ArrayRecordComponent") // Bytes to be sent; nobody compares them.
public record FedVmi(String uid, List<Fed> records, long commands, byte[] stored) {

  /** One record. */
  @SuppressWarnings("ArrayRecordComponent")
  public record Fed(String topic, byte[] value) {}

  /** Copies the list. */
  public FedVmi {
    records = List.copyOf(records);
  }

  /** Of one life. */
  public static FedVmi of(VmiLife life) {
    return new FedVmi(
        life.uid(),
        life.steps().stream()
            .map(step -> new Fed(step.said().topic().name(), AvroCodec.encode(step.said().value())))
            .toList(),
        life.commands(),
        life.stored());
  }

  /** Its state, as it would be of another VMI of the same length of uid. */
  public byte[] storedAs(String otherUid) {
    return new String(stored, StandardCharsets.UTF_8)
        .replace(uid, otherUid)
        .getBytes(StandardCharsets.UTF_8);
  }
}
