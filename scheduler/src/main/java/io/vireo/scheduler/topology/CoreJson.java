package io.vireo.scheduler.topology;

import io.vireo.scheduler.core.Decider;
import io.vireo.scheduler.owner.OwnerDecider;
import io.vireo.schemas.CanonicalJson;
import io.vireo.schemas.OwnedFields;
import java.util.List;
import java.util.Map;

/** The cores' JSON, by the rules that ingest hashes with. */
public final class CoreJson implements Decider.Json, OwnerDecider.Json {

  @Override
  public String write(Object tree) {
    return CanonicalJson.write(tree);
  }

  @Override
  public Object read(String text) {
    Object tree = CanonicalJson.read(text);
    return tree == null ? Map.of() : tree;
  }

  @Override
  public String hash(Object tree) {
    return CanonicalJson.hash(tree);
  }

  @Override
  public String ownerStatusHash(String kind, Map<String, ?> status) {
    return OwnedFields.ownerStatusHash(kind, status);
  }

  @Override
  public String statusHash(
      Map<String, ?> status,
      Map<String, ?> labels,
      Map<String, ?> annotations,
      List<String> finalizers) {
    return OwnedFields.statusHash(status, labels, annotations, finalizers);
  }
}
