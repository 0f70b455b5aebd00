package io.vireo.cluster.core;

import io.vireo.schemas.OwnedFields;
import org.jspecify.annotations.Nullable;

/** Reads the annotation that tells an epoch. */
final class Epochs {

  private Epochs() {}

  /** What an object shows; 0 if nothing that can be read. */
  static long of(@Nullable Object object) {
    return number(Trees.text(object, "metadata", "annotations", OwnedFields.ANNOTATION_EPOCH));
  }

  private static long number(@Nullable String text) {
    return text != null && text.matches("[0-9]{1,18}") ? Long.parseLong(text) : 0;
  }
}
