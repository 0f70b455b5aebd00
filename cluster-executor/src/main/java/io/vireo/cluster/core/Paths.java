package io.vireo.cluster.core;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where objects are in the API. */
final class Paths {

  private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?");

  private Paths() {}

  /** Whether a name from a record may go into a path; no other character may. */
  static boolean isName(@Nullable String name) {
    return name != null && NAME.matcher(name).matches() && !name.contains("..");
  }

  static String vmi(Command.Vmi vmi) {
    return vmis(vmi) + "/" + vmi.name();
  }

  static String vmis(Command.Subject subject) {
    return kubevirt(subject, "virtualmachineinstances");
  }

  static String owner(Command.Owner owner) {
    return kubevirt(owner, owner.ofKind().resource()) + "/" + owner.name();
  }

  private static String kubevirt(Command.Subject subject, String resource) {
    return "/apis/kubevirt.io/v1/namespaces/" + subject.namespace() + "/" + resource;
  }

  static String revisions(Command.Owner owner) {
    return "/apis/apps/v1/namespaces/" + owner.namespace() + "/controllerrevisions";
  }

  static String pods(Command.Vmi vmi) {
    return "/api/v1/namespaces/" + vmi.namespace() + "/pods";
  }

  static String pod(Command.Vmi vmi, String name) {
    return pods(vmi) + "/" + name;
  }

  static String secrets(Command.Vmi vmi) {
    return "/api/v1/namespaces/" + vmi.namespace() + "/secrets";
  }

  static String events(Command.Subject subject) {
    return "/api/v1/namespaces/" + subject.namespace() + "/events";
  }

  static String node(String name) {
    return "/api/v1/nodes/" + name;
  }
}
