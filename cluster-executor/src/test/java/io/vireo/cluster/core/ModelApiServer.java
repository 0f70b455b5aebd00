package io.vireo.cluster.core;

import io.vireo.schemas.CanonicalJson;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** As much of an API server as the plans rely on, with its objects and what was done wrong. */
final class ModelApiServer {

  /** Objects by path. */
  final TreeMap<String, Map<String, Object>> objects = new TreeMap<>();

  /** Writes that landed on an object that their command did not mean. */
  final List<String> violations = new ArrayList<>();

  private final Map<String, Integer> lives = new HashMap<>();
  private long version = 100;

  /** Puts an object there as somebody else would; its uid counts the lives of its name. */
  Map<String, Object> put(String path, Map<String, Object> object) {
    Map<String, Object> copy = copy(object);
    metadata(copy).putIfAbsent("uid", path + "#" + lives.merge(path, 1, Integer::sum));
    touch(copy);
    objects.put(path, copy);
    return copy;
  }

  /** The command as it is when decided upon what is there now: a status write names its version. */
  Command decidedNow(Command command) {
    if (command.body() instanceof Command.WriteOwnerStatus write
        && command.subject() instanceof Command.Owner owner) {
      Map<String, Object> object = objects.get(Paths.owner(owner));
      return new Command(
          command.id(),
          owner,
          new Command.WriteOwnerStatus(
              write.statusJson(), object == null ? 1 : Long.parseLong((String) version(object))));
    }
    if (!(command.body() instanceof Command.WriteStatus write)) {
      return command;
    }
    Command.Vmi vmi = Objects.requireNonNull(command.vmi());
    Map<String, Object> object = objects.get(Paths.vmi(vmi));
    long version = object == null ? 1 : Long.parseLong((String) version(object));
    return new Command(
        command.id(),
        vmi,
        new Command.WriteStatus(
            write.statusJson(),
            write.labels(),
            write.annotations(),
            write.addFinalizers(),
            version));
  }

  ApiAnswer apply(ApiRequest request, Command command) {
    String path = request.path();
    return switch (request.verb()) {
      case GET -> objects.containsKey(path) ? success(objects.get(path)) : notFound();
      case POST -> create(request, command);
      case DELETE -> delete(request, command);
      case JSON_PATCH -> jsonPatch(request, command);
      case MERGE_PATCH -> mergePatch(request, command);
      case STRATEGIC_PATCH -> patchCondition(request, command);
    };
  }

  private ApiAnswer create(ApiRequest request, Command command) {
    Map<String, Object> object = copy(request.body());
    String path = request.path() + "/" + Trees.text(object, "metadata", "name");
    if (objects.containsKey(path)) {
      return failure(409, "AlreadyExists");
    }
    String uid = Objects.requireNonNull(command.subject()).uid();
    boolean meant =
        switch (request.effect()) {
          case POD_CREATE, VMI_CREATE, REVISION_CREATE -> uid.equals(Trees.controllerUid(object));
          case SECRET_CREATE -> Trees.isOwnedBy(object, uid);
          case EVENT_CREATE -> uid.equals(Trees.text(object, "involvedObject", "uid"));
          default -> false;
        };
    check(meant, request, command);
    return success(put(path, object));
  }

  private ApiAnswer delete(ApiRequest request, Command command) {
    Map<String, Object> object = objects.get(request.path());
    if (object == null) {
      return notFound();
    }
    String version = Trees.text(request.body(), "preconditions", "resourceVersion");
    if (!Objects.equals(Trees.text(request.body(), "preconditions", "uid"), Trees.uid(object))
        || (version != null
            && !version.equals(Trees.text(object, "metadata", "resourceVersion")))) {
      return failure(409, "Conflict");
    }
    String meant =
        command.body() instanceof Command.DeleteVmi delete
            ? delete.vmiUid()
            : ((Command.DeleteLauncherPod) command.body()).podUid();
    check(
        meant == null
            ? Objects.requireNonNull(command.subject()).uid().equals(Trees.controllerUid(object))
            : meant.equals(Trees.uid(object)),
        request,
        command);
    objects.remove(request.path());
    return success(object);
  }

  private ApiAnswer jsonPatch(ApiRequest request, Command command) {
    String path = request.path().replaceFirst("/status$", "");
    Map<String, Object> found = objects.get(path);
    if (found == null) {
      return notFound();
    }
    Map<String, Object> object = copy(found);
    for (Object operation : (List<?>) Objects.requireNonNull(request.body())) {
      if (!patched(object, operation)) {
        return failure(422, "Invalid");
      }
    }
    if (!Objects.equals(version(found), version(object))) {
      return failure(409, "Conflict");
    }
    String uid = Objects.requireNonNull(command.subject()).uid();
    String allowed =
        switch (command.body()) {
          case Command.CreateVmi adopts -> Trees.controllerUid(object);
          // It was the owner's, and is nobody's.
          case Command.ReleaseVmi release ->
              Trees.controllerUid(object) == null ? Trees.controllerUid(found) : null;
          default -> Trees.uid(object);
        };
    check(uid.equals(allowed), request, command);
    touch(object);
    boolean over =
        Trees.text(object, "metadata", "deletionTimestamp") != null
            && Trees.list(object, "metadata", "finalizers").isEmpty();
    if (over) {
      objects.remove(path);
    } else {
      objects.put(path, object);
    }
    return success(object);
  }

  private static boolean patched(Map<String, Object> object, Object operation) {
    String[] keys = Objects.requireNonNull(Trees.text(operation, "path")).substring(1).split("/");
    Object parent = object;
    for (int i = 0; i < keys.length - 1; i++) {
      parent = Trees.at(parent, unescaped(keys[i]));
    }
    if (!(parent instanceof Map<?, ?>)) {
      return false;
    }
    Map<String, Object> map = tree(parent);
    String key = unescaped(keys[keys.length - 1]);
    Object value = Trees.at(operation, "value");
    return switch (Objects.requireNonNull(Trees.text(operation, "op"))) {
      case "test" -> Objects.equals(map.get(key), value);
      case "add" -> {
        map.put(key, CanonicalJson.read(CanonicalJson.write(value)));
        yield true;
      }
      case "remove" -> map.remove(key) != null;
      default -> false;
    };
  }

  private static String unescaped(String key) {
    return key.replace("~1", "/").replace("~0", "~");
  }

  private ApiAnswer mergePatch(ApiRequest request, Command command) {
    Map<String, Object> object = objects.get(request.path());
    if (object == null) {
      return notFound();
    }
    if (!Objects.equals(Trees.text(request.body(), "metadata", "uid"), Trees.uid(object))) {
      return failure(409, "Conflict");
    }
    Command.LabelNode label = (Command.LabelNode) command.body();
    check(label.nodeUid().equals(Trees.uid(object)), request, command);
    Map<String, Object> labels =
        tree(metadata(object).computeIfAbsent("labels", each -> new LinkedHashMap<>()));
    label.labels().forEach((key, value) -> setOrRemove(labels, key, value));
    touch(object);
    return success(object);
  }

  private static void setOrRemove(Map<String, Object> map, String key, Object value) {
    if (value == null) {
      map.remove(key);
    } else {
      map.put(key, value);
    }
  }

  private ApiAnswer patchCondition(ApiRequest request, Command command) {
    Map<String, Object> object = objects.get(request.path().replaceFirst("/status$", ""));
    if (object == null) {
      return notFound();
    }
    if (!Objects.equals(Trees.text(request.body(), "metadata", "uid"), Trees.uid(object))) {
      return failure(409, "Conflict");
    }
    Command.SetPodReady ready = (Command.SetPodReady) command.body();
    check(ready.podUid().equals(Trees.uid(object)), request, command);
    object.put("status", copy(Trees.at(request.body(), "status")));
    touch(object);
    return success(object);
  }

  private void check(boolean meant, ApiRequest request, Command command) {
    if (!meant) {
      violations.add(command.id() + " " + request);
    }
  }

  private static Object version(Map<String, Object> object) {
    return metadata(object).get("resourceVersion");
  }

  private void touch(Map<String, Object> object) {
    metadata(object).put("resourceVersion", Long.toString(++version));
  }

  static Map<String, Object> metadata(Map<String, Object> object) {
    return tree(object.get("metadata"));
  }

  private static ApiAnswer success(Object object) {
    return new ApiAnswer(200, copy(object));
  }

  static ApiAnswer notFound() {
    return failure(404, "NotFound");
  }

  private static ApiAnswer failure(int code, String reason) {
    return new ApiAnswer(code, Map.of("reason", reason, "message", "because " + reason));
  }

  static Map<String, Object> copy(Object tree) {
    return tree(CanonicalJson.read(CanonicalJson.write(tree)));
  }

  @SuppressWarnings("unchecked") // What JSON gives has strings as keys.
  private static Map<String, Object> tree(Object map) {
    return (Map<String, Object>) Objects.requireNonNull(map);
  }
}
