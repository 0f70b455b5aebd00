package io.vireo.api.core;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request of the API server. Objects are trees of maps with text keys, lists, texts, numbers,
 * booleans and null; they are not changed.
 *
 * @param uid of the request
 * @param kind such as {@code VirtualMachineInstance}
 * @param subResource such as {@code status}; null for the object itself
 * @param name empty while the API server has not yet made one of {@code generateName}
 * @param userName whom the API server authenticated
 * @param object null for DELETE
 * @param oldObject null for CREATE
 */
public record AdmissionRequest(
    String uid,
    String kind,
    Operation operation,
    @Nullable String subResource,
    String namespace,
    String name,
    String userName,
    List<String> groups,
    boolean dryRun,
    @Nullable Map<String, Object> object,
    @Nullable Map<String, Object> oldObject) {

  public AdmissionRequest {
    groups = List.copyOf(groups);
  }
}
