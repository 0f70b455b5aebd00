package io.vireo.ingest.core;

import io.vireo.ingest.core.OwnerSnapshot.StateChange;
import io.vireo.schemas.CanonicalJson;
import io.vireo.schemas.OwnedFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Makes a snapshot of an owner of VMIs, as {@link VmiReader} does of a VMI. */
public final class OwnerReader {

  /** More requests than this are not taken; the API makes two at most. */
  static final int REQUESTS_MAX = 16;

  /** Longest text of a request. */
  static final int REQUEST_TEXT_MAX = 256;

  /** More entries of a request's data than this are not taken. */
  static final int REQUEST_DATA_MAX = 16;

  private final SecretHash hash;

  /** A reader that hashes with this key. */
  public OwnerReader(SecretHash hash) {
    this.hash = hash;
  }

  /** The snapshot of an object. */
  public OwnerSnapshot read(RawOwner raw) {
    Map<String, Object> status = VmiReader.asTree(raw.status());
    Redaction redaction = new Redaction(hash, raw.ref().uid());
    Map<String, String> labels = raw.labels();
    Map<String, String> annotations = redaction.annotations(raw.annotations());
    String spec = CanonicalJson.write(redaction.redact(raw.spec()));
    long size = spec.length() + VmiReader.size(labels) + VmiReader.size(annotations);
    if (size > VmiReader.CHARACTERS_MAX) {
      // The scheduler refuses it by this path.
      spec = VmiReader.tooLarge(size);
      labels = Map.of();
      annotations = Map.of();
    }
    return new OwnerSnapshot(
        raw.ref(),
        raw.generation(),
        raw.resourceVersion(),
        raw.creationMs(),
        raw.deletionMs(),
        labels,
        annotations,
        raw.finalizers().stream().limit(VmiReader.FINALIZERS_MAX).toList(),
        spec,
        requests(status.get("stateChangeRequests")),
        OwnedFields.ownerStatusHash(raw.ref().kind().wireName(), status),
        cut(raw.annotations().get(OwnedFields.ANNOTATION_LAST_VMI_UID)),
        VmiReader.actor(raw.annotations()));
  }

  private static List<StateChange> requests(@Nullable Object list) {
    List<StateChange> requests = new ArrayList<>();
    if (list instanceof List<?> all) {
      for (Object each : all) {
        Map<String, Object> request = VmiReader.asTree(each);
        String action = cut(VmiReader.text(request.get("action")));
        if (action != null && requests.size() < REQUESTS_MAX) {
          requests.add(
              new StateChange(
                  action,
                  cut(VmiReader.text(request.get("uid"))),
                  data(VmiReader.asTree(request.get("data")))));
        }
      }
    }
    return requests;
  }

  private static Map<String, String> data(Map<String, Object> tree) {
    Map<String, String> data = new TreeMap<>();
    tree.forEach(
        (key, value) -> {
          String text = VmiReader.text(value);
          if (text != null
              && text.length() <= REQUEST_TEXT_MAX
              && key.length() <= REQUEST_TEXT_MAX
              && data.size() < REQUEST_DATA_MAX) {
            data.put(key, text);
          }
        });
    return data;
  }

  private static @Nullable String cut(@Nullable String text) {
    return text == null || text.length() <= REQUEST_TEXT_MAX
        ? text
        : text.substring(0, REQUEST_TEXT_MAX);
  }
}
