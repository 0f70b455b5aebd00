package io.vireo.dev.nodeagent;

import static io.vireo.dev.nodeagent.Shell.quote;

/**
 * The script that stands between the agent and a container: it waits for the container's namespaces
 * to be empty and leaves the exit code in a file, so that an agent that was away learns it.
 */
final class ShimScript {

  private ShimScript() {}

  static String render(Attempt attempt, Tools tools, boolean root) {
    String namespaces =
        (root ? "" : "--user --map-root-user ") + "--mount --pid --ipc --uts --propagation private";
    // It says who it is before it disarms: whoever finds the attempt disarmed can tell whether it
    // is still at work.
    // Killing the shim kills the shell within, which kills the first process and with it all
    // others. That shell, and not unshare's own fork, waits for it: only so a SIGKILL is told
    // apart.
    return """
    #!/bin/sh
    umask 077
    read -r stat < /proc/self/stat
    rest=${stat##*) }; set -- $rest
    echo "${stat%%%% *} ${20}" > %3$s.new
    %4$s %3$s.new %3$s
    %1$s %2$s 2>/dev/null || exit 0
    %5$s --pdeathsig KILL %6$s %7$s %8$s -c '"$@"; exit $?' sh \\
      %5$s --pdeathsig KILL %8$s %9$s 3>&1 >> %10$s 2>&1
    code=$?
    echo "$code" > %11$s.new
    %4$s %11$s.new %11$s
    """
        .formatted(
            tools.get("rm"),
            quote(attempt.armedFile()),
            quote(attempt.shimFile()),
            tools.get("mv"),
            tools.get("setpriv"),
            tools.get("unshare"),
            namespaces,
            tools.get("sh"),
            quote(attempt.runScript()),
            quote(attempt.problemFile()),
            quote(attempt.exitFile()));
  }
}
