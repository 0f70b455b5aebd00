package io.vireo.cluster.core;

import io.vireo.schemas.OwnedFields;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the annotation that tells an epoch. */
final class Epochs {

  private Epochs() {}

  /** What an object shows; 0 if nothing that can be read. */
  static long of(@Nullable Object object) {
    return number(Trees.text(object, "metadata", "annotations", OwnedFields.ANNOTATION_EPOCH));
  }

  /** What these annotations would show; the highest there is if they say nothing. */
  static long in(Map<String, @Nullable String> annotations) {
    long number = number(annotations.get(OwnedFields.ANNOTATION_EPOCH));
    return number == 0 ? Long.MAX_VALUE : number;
  }

  private static long number(@Nullable String text) {
    return text != null && text.matches("[0-9]{1,18}") ? Long.parseLong(text) : 0;
  }
}
