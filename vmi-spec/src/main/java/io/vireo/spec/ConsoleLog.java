package io.vireo.spec;

import static io.vireo.spec.Trees.object;

import java.util.List;
import java.util.Map;

/**
 * The container {@code guest-console-log}: what the guest writes to its serial console, as the log
 * of a container. It shares a folder with the launcher's container and nothing else.
 *
 * <p>A guest decides how much it writes. QEMU appends, and the launcher cuts the file at {@link
 * #BYTES_MAX}; what was written within the second before that may be missing from the log. So the
 * volume's limit, beyond which the kubelet would evict the pod, is out of the reach of a serial
 * port.
 */
final class ConsoleLog {

  static final String VOLUME = "console-log";
  static final String DIR = "/var/run/kubevirt-console-log";
  static final String FILE = DIR + "/virt-serial0-log";
  static final long BYTES_MAX = 8L << 20;

  private static final String VOLUME_LIMIT = "64Mi";

  private ConsoleLog() {}

  static Map<String, Object> volume() {
    return object("name", VOLUME, "emptyDir", object("sizeLimit", VOLUME_LIMIT));
  }

  static Map<String, Object> container(SpecSettings settings) {
    return object(
        "name", "guest-console-log",
        "image", settings.launcherImage(),
        "imagePullPolicy", "IfNotPresent",
        "restartPolicy", "Always",
        // The first process of a container has no default for SIGTERM, so tail cannot be it.
        "command", List.of("/usr/bin/tini", "-s", "--", "/usr/bin/tail", "-n", "+1", "-F", FILE),
        "resources",
            object(
                "requests", object("cpu", "5m", "memory", "35M"),
                "limits", object("cpu", "15m", "memory", "60M")),
        "securityContext", LauncherPod.restricted(),
        "volumeMounts", List.of(object("name", VOLUME, "mountPath", DIR, "readOnly", true)));
  }
}
