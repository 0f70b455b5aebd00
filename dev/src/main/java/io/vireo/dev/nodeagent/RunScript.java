package io.vireo.dev.nodeagent;

import static io.vireo.dev.nodeagent.Shell.quote;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The script that is the first process of a container's namespaces: it builds the root file system,
 * says that it is ready, gives up all privileges and becomes the container's program.
 */
final class RunScript {

  /** What is taken from the machine for an image that asks for it as its base. */
  static final List<String> HOST_FOLDERS =
      List.of("usr", "bin", "sbin", "lib", "lib32", "lib64", "libx32", "etc");

  private static final List<String> DEVICES =
      List.of("null", "zero", "full", "random", "urandom", "tty");

  /** Folders that the script makes itself. */
  private static final Set<String> MADE = Set.of("proc", "sys", "dev", "run", "var");

  private final ContainerPlan plan;
  private final Attempt attempt;
  private final Tools tools;
  private final MountTable table;
  private final boolean root;
  private final List<String> lines = new ArrayList<>();

  private RunScript(
      ContainerPlan plan, Attempt attempt, Tools tools, MountTable table, boolean root) {
    this.plan = plan;
    this.attempt = attempt;
    this.tools = tools;
    this.table = table;
    this.root = root;
  }

  /**
   * The script's text.
   *
   * @param root whether the agent is root, so that real user numbers can be used
   */
  static String render(
      ContainerPlan plan, Attempt attempt, Tools tools, MountTable table, boolean root) {
    RunScript script = new RunScript(plan, attempt, tools, table, root);
    script.identify();
    if (plan.hostBase()) {
      script.hostRoot();
    } else {
      script.imageRoot();
    }
    script.kernelFolders();
    script.binds();
    script.finish();
    script.become();
    return String.join("\n", script.lines) + "\n";
  }

  private void identify() {
    add("#!/bin/sh");
    add("set -eu");
    add("umask 022");
    // Before a /proc of its own: the number that the machine knows this process by.
    add("read -r stat < /proc/self/stat");
    add("rest=${stat##*) }; set -- $rest");
    add("echo \"${stat%%%% *} ${20}\" > %s", quote(attempt.initFile()));
    add("%s %s", tools.get("hostname"), quote(plan.hostname()));
  }

  private void hostRoot() {
    String target = quote(attempt.root());
    mount("-t tmpfs -o mode=755,size=64m tmpfs " + target);
    add("cd %s", target);
    add("%s -p proc sys dev run var", tools.get("mkdir"));
    add("%s -s ../run var/run", tools.get("ln"));
    for (String name : HOST_FOLDERS) {
      Path source = Path.of("/", name);
      if (Files.isSymbolicLink(source)) {
        add("%s -s %s %s", tools.get("ln"), quote(linkTarget(source)), quote(name));
      } else if (Files.isDirectory(source)) {
        add("%s %s", tools.get("mkdir"), quote(name));
        bind(source, attempt.root().resolve(name), true);
      }
    }
    nameUser();
    for (String name : ImageFiles.topLevel(plan.files())) {
      if (HOST_FOLDERS.contains(name) || MADE.contains(name)) {
        continue;
      }
      Path source = plan.files().resolve(name);
      place(source, attempt.root().resolve(name));
      bind(source, attempt.root().resolve(name), true);
    }
  }

  /** Programs look users and groups up by number; those the machine does not know get a name. */
  private void nameUser() {
    long uid = plan.user().uid();
    long gid = plan.user().gid();
    name("passwd", uid, "pod%d:x:%d:%d:pod:/:/usr/sbin/nologin".formatted(uid, uid, gid));
    name("group", gid, "pod%d:x:%d:".formatted(gid, gid));
  }

  private void name(String file, long number, String line) {
    String known;
    try {
      known = Files.readString(Path.of("/etc", file));
    } catch (IOException e) {
      // Without the file nobody has a name here.
      return;
    }
    if (known.lines().noneMatch(entry -> isOf(entry, number))) {
      add("echo %s > .%s", quote(known.stripTrailing() + "\n" + line), file);
      bind(attempt.root().resolve("." + file), attempt.root().resolve("etc").resolve(file), true);
    }
  }

  private static boolean isOf(String line, long number) {
    String[] fields = line.split(":", -1);
    return fields.length > 2 && fields[2].equals(Long.toString(number));
  }

  private void imageRoot() {
    Path scratch = attempt.scratch();
    mount("-t tmpfs -o mode=700 tmpfs " + quote(scratch));
    add(
        "%s %s %s",
        tools.get("mkdir"), quote(scratch.resolve("up")), quote(scratch.resolve("work")));
    String options =
        "lowerdir=%s,upperdir=%s,workdir=%s%s"
            .formatted(
                escapeOverlay(plan.files()),
                escapeOverlay(scratch.resolve("up")),
                escapeOverlay(scratch.resolve("work")),
                root ? "" : ",userxattr");
    mount("-t overlay -o " + quote(options) + " overlay " + quote(attempt.root()));
    add("cd %s", quote(attempt.root()));
    add("%s -p proc sys dev", tools.get("mkdir"));
  }

  private static String escapeOverlay(Path path) {
    return path.toString().replace("\\", "\\\\").replace(":", "\\:").replace(",", "\\,");
  }

  private void kernelFolders() {
    Path in = attempt.root();
    // A new proc is refused where parts of the machine's own are covered, as in some containers.
    add(
        "%s -t proc -o nosuid,nodev,noexec proc proc 2>/dev/null || %s --rbind /proc proc",
        tools.get("mount"), tools.get("mount"));
    bind(Path.of("/sys"), in.resolve("sys"), true);
    mount("-t tmpfs -o mode=755,size=64k,nosuid tmpfs dev");
    add("%s dev/shm dev/pts", tools.get("mkdir"));
    mount("-t tmpfs -o mode=1777,size=64m,nosuid,nodev tmpfs dev/shm");
    mount("-t devpts -o newinstance,ptmxmode=0666,mode=620 devpts dev/pts");
    add("%s -s pts/ptmx dev/ptmx", tools.get("ln"));
    add("%s -s /proc/self/fd dev/fd", tools.get("ln"));
    int number = 0;
    for (String name : List.of("stdin", "stdout", "stderr")) {
      add("%s -s /proc/self/fd/%d dev/%s", tools.get("ln"), number++, name);
    }
    for (String name : DEVICES) {
      add(": > dev/%s", name);
      mount("--bind /dev/" + name + " dev/" + name);
    }
  }

  private void binds() {
    // A mount inside another one's folder has to come after it.
    List<ContainerPlan.Bind> sorted =
        plan.mounts().stream()
            .sorted(Comparator.comparingInt(b -> Path.of(b.target()).normalize().getNameCount()))
            .toList();
    for (ContainerPlan.Bind bind : sorted) {
      Path target = inRoot(bind.target());
      place(bind.source(), target);
      bind(bind.source(), target, bind.readOnly());
    }
    Path workingDir = inRoot(plan.workingDir());
    if (!workingDir.equals(attempt.root())) {
      add("%s -p %s", tools.get("mkdir"), quote(workingDir));
    }
  }

  /** The place in the new root; the image's own symbolic links do not lead out of it. */
  private Path inRoot(String path) {
    Path inside =
        plan.hostBase()
            ? Path.of("/").resolve(path).normalize()
            : ImageFiles.resolve(plan.files(), path);
    return attempt.root().resolve(Path.of("/").relativize(inside));
  }

  private void place(Path source, Path target) {
    if (Files.isDirectory(source)) {
      add("%s -p %s", tools.get("mkdir"), quote(target));
    } else {
      Path parent = target.getParent();
      if (parent != null) {
        add("%s -p %s", tools.get("mkdir"), quote(parent));
      }
      add("[ -e %1$s ] || : > %1$s", quote(target));
    }
  }

  private void bind(Path source, Path target, boolean readOnly) {
    // Recursive, because in a user namespace a mount cannot be bound without those inside it.
    mount("--rbind " + quote(source) + " " + quote(target));
    if (readOnly) {
      List<String> options = new ArrayList<>(List.of("remount", "bind", "ro"));
      options.addAll(table.locked(source));
      mount("-o " + String.join(",", options) + " " + quote(target));
    }
  }

  private void finish() {
    if (plan.readOnlyRoot()) {
      mount("-o remount,bind,ro " + quote(attempt.root()));
    }
    // What comes now goes to the container's log, and the agent counts the container as started.
    add(": > %s", quote(attempt.readyFile()));
    add("(trap '' PIPE; echo ready >&3) 2>/dev/null || :");
    add("exec >> %s 2>&1 3>&- < /dev/null", quote(plan.log()));
  }

  private void become() {
    String own = tools.get("setpriv") + " --pdeathsig KILL --no-new-privs --inh-caps=-all";
    String command = exports();
    ContainerPlan.User user = plan.user();
    if (!plan.hostBase()) {
      // The image may hold no program that could unmount or drop privileges, so the machine's do
      // both before its root is entered. No capability is left to get out of it again.
      String as =
          root && user.uid() != 0
              ? "--setgid %d --setuid %d".formatted(user.gid(), user.uid())
              : "--user --map-user=%d --map-group=%d".formatted(user.uid(), user.gid());
      add(
          "exec %s %s %s --root=%s --wd=%s %s",
          own, tools.get("unshare"), as, quote(attempt.root()), quote(plan.workingDir()), command);
      return;
    }
    add("cd %s", quote(attempt.root()));
    add("%s . .", tools.get("pivot_root"));
    add("%s -l .", tools.get("umount"));
    add("cd %s", quote(plan.workingDir()));
    if (root) {
      String groups =
          user.groups().isEmpty()
              ? "--clear-groups"
              : "--groups "
                  + user.groups().stream().map(String::valueOf).collect(Collectors.joining(","));
      add(
          "exec %s --reuid %d --regid %d %s --bounding-set=-all --ambient-caps=-all %s",
          own, user.uid(), user.gid(), groups, command);
    } else {
      // Only one user is mapped, so the number is given by one more namespace, and the
      // capabilities that come with it are dropped again.
      add(
          "exec %s --user --map-user=%d --map-group=%d --keep-caps %s --bounding-set=-all"
              + " --ambient-caps=-all %s",
          tools.get("unshare"), user.uid(), user.gid(), own, command);
    }
  }

  /** Exports what can be exported, and returns the words of the command proper. */
  private String exports() {
    List<String> words = new ArrayList<>();
    add("unset stat rest PWD OLDPWD");
    plan.environment().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            e -> {
              if (Shell.isVariable(e.getKey())) {
                add("export %s=%s", e.getKey(), quote(e.getValue()));
              } else {
                words.add(e.getKey() + "=" + e.getValue());
              }
            });
    if (!words.isEmpty()) {
      words.addFirst(tools.get("env"));
    }
    words.addAll(plan.command());
    return Shell.words(words);
  }

  private void mount(String arguments) {
    lines.add(tools.get("mount") + " " + arguments);
  }

  @SuppressWarnings("AnnotateFormatMethod") // The annotation is of a library used for nothing else.
  private void add(String format, Object... arguments) {
    lines.add(arguments.length == 0 ? format : format.formatted(arguments));
  }

  private static String linkTarget(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      throw new UncheckedIOException("Expected to read the link " + link, e);
    }
  }
}
