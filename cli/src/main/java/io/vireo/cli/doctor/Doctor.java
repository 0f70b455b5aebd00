package io.vireo.cli.doctor;

import io.vireo.cli.Place;
import io.vireo.dev.controlplane.Binaries;
import io.vireo.dev.guest.GuestImage;
import io.vireo.dev.images.ImageStore;
import io.vireo.dev.images.ImageStoreException;
import io.vireo.dev.images.LauncherImage;
import io.vireo.dev.process.ProgramOutput;
import io.vireo.dev.stack.Kvm;
import io.vireo.dev.stack.PodRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Looks at the machine and changes nothing. */
public final class Doctor {

  private static final String FIX = "vireo doctor --fix";
  private static final int JAVA_MIN = 25;
  private static final long DISK_MIN_GIB = 8;
  private static final long MEMORY_MIN_GIB = 4;
  private static final long GIB = 1L << 30;

  private final Place place;

  /** Of the stack that lives in this place. */
  public Doctor(Place place) {
    this.place = place;
  }

  /** All checks, in the order in which they are to be fixed. */
  public List<Finding> examine() throws IOException, InterruptedException {
    List<Finding> findings = new ArrayList<>();
    findings.add(java());
    findings.add(maven());
    Binaries binaries = new Binaries(Binaries.defaultCache(), System.getenv());
    if (!binaries.missing(PodRuntime.usable().programs()).isEmpty()) {
      findings.add(go());
    }
    findings.add(kubernetes(binaries));
    for (Requirement requirement : Requirement.ALL) {
      findings.add(examine(requirement));
    }
    findings.add(userNamespaces());
    findings.add(kvm());
    findings.add(disk());
    findings.add(memory());
    findings.add(image("image of the launcher", LauncherImage.REFERENCE));
    findings.add(image("image of the guest", GuestImage.REFERENCE));
    findings.add(Finding.ok("ports", "taken from the kernel, on 127.0.0.1 only"));
    return findings;
  }

  private static Finding java() {
    String found =
        System.getProperty("java.version", "") + " in " + System.getProperty("java.home");
    Path compiler = Path.of(System.getProperty("java.home", "/"), "bin", "jlink");
    return Runtime.version().feature() >= JAVA_MIN && Files.isExecutable(compiler)
        ? Finding.ok("JDK " + JAVA_MIN, found)
        : Finding.missing("JDK " + JAVA_MIN, found, "install a JDK, with jlink, of that version");
  }

  private static Finding maven() throws InterruptedException {
    Optional<String> version = Programs.firstLine("mvn", "-v");
    // Only a build needs it, and these jars are built.
    return version
        .map(text -> Finding.ok("Maven", text.replaceAll("\\p{Cntrl}\\[[0-9;]*m", "")))
        .orElseGet(() -> Finding.warning("Maven", "not there", FIX));
  }

  private static Finding go() throws InterruptedException {
    return GoToolchain.installed()
        .map(version -> Finding.ok("Go", version))
        .orElseGet(
            () ->
                Finding.warning(
                    "Go",
                    "no recent one; it builds what no release provides",
                    FIX + ", or https://go.dev/dl"));
  }

  private static Finding kubernetes(Binaries binaries) {
    List<String> missing = binaries.missing(PodRuntime.usable().programs());
    return missing.isEmpty()
        ? Finding.ok("Kubernetes binaries", binaries.folder().toString())
        : Finding.missing("Kubernetes binaries", "without " + String.join(", ", missing), FIX);
  }

  private static Finding examine(Requirement requirement) {
    return requirement
        .find()
        .map(path -> Finding.ok(requirement.check(), path.toString()))
        .orElseGet(
            () ->
                Finding.missing(
                    requirement.check(),
                    "not there",
                    FIX + " (package " + requirement.packageName() + ")"));
  }

  private static Finding userNamespaces() throws InterruptedException {
    String check = "user namespaces";
    boolean works =
        ProgramOutput.of(
                List.of("unshare", "--user", "--map-root-user", "--pid", "--fork", "true"),
                Duration.ofSeconds(10))
            .isPresent();
    return works
        ? Finding.ok(check, "allowed")
        : Finding.missing(
            check,
            "unshare --user is refused; pods run in namespaces of their own",
            "as root: sysctl -w kernel.unprivileged_userns_clone=1"
                + " kernel.apparmor_restrict_unprivileged_userns=0");
  }

  private static Finding kvm() {
    String check = "/dev/kvm";
    if (Kvm.works()) {
      return Finding.ok(check, "a guest boots with it");
    }
    boolean there = Files.exists(Path.of("/dev/kvm"));
    return Finding.warning(
        check,
        there ? "there, but no guest boots with it" : "not there",
        "nothing has to be done: software emulation is used, which is slower");
  }

  private Finding disk() throws IOException {
    Path folder = place.state().root();
    while (Files.notExists(folder) && folder.getParent() != null) {
      folder = folder.getParent();
    }
    long free = Files.getFileStore(folder).getUsableSpace() / GIB;
    String found = free + " GiB free at " + folder;
    return free >= DISK_MIN_GIB
        ? Finding.ok("disk", found)
        : Finding.missing("disk", found, "make room: " + DISK_MIN_GIB + " GiB are needed");
  }

  private static Finding memory() throws IOException {
    long kib =
        Files.readAllLines(Path.of("/proc/meminfo")).stream()
            .filter(line -> line.startsWith("MemAvailable:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
            .findFirst()
            .orElse(0);
    double gib = kib * 1024.0 / GIB;
    String found = String.format(Locale.ROOT, "%.1f GiB available", gib);
    return gib >= MEMORY_MIN_GIB
        ? Finding.ok("memory", found)
        : Finding.missing("memory", found, "end other programs: 4 GiB are needed");
  }

  private Finding image(String check, String reference) {
    Path folder = place.images();
    if (Files.notExists(folder.resolve("index.json"))) {
      return Finding.missing(check, "no image store in " + folder, FIX);
    }
    try {
      return ImageStore.open(folder).resolve(reference).isPresent()
          ? Finding.ok(check, reference + " in " + folder)
          : Finding.missing(check, reference + " is not in " + folder, FIX);
    } catch (IOException | ImageStoreException e) {
      return Finding.missing(check, "the image store is broken: " + e.getMessage(), FIX);
    }
  }
}
