package io.vireo.cli.doctor;

import io.vireo.cli.Place;
import io.vireo.cli.Steps;
import io.vireo.dev.controlplane.Binaries;
import io.vireo.dev.guest.GuestImage;
import io.vireo.dev.images.Image;
import io.vireo.dev.images.ImageStore;
import io.vireo.dev.images.JarSet;
import io.vireo.dev.images.LauncherImage;
import io.vireo.dev.images.VireoImages;
import io.vireo.dev.stack.PodRuntime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Installs, fetches and builds what {@link Doctor} misses. What is there already is left alone. */
public final class Repair {

  private final Place place;
  private final Steps steps;
  private final boolean yes;

  /**
   * A repair.
   *
   * @param yes whether packages are installed without asking
   */
  public Repair(Place place, Steps steps, boolean yes) {
    this.place = place;
    this.steps = steps;
    this.yes = yes;
  }

  /** Does all of it, or throws at the first thing that fails. */
  public void run() throws Exception {
    Binaries binaries = new Binaries(Binaries.defaultCache(), System.getenv());
    List<String> packages = missingPackages(binaries);
    if (!packages.isEmpty()) {
      new Packages(place, steps, yes).install(packages);
    }
    List<String> programs = PodRuntime.usable().programs();
    if (!binaries.missing(programs).isEmpty()) {
      steps.run(
          "getting the Kubernetes binaries",
          (Consumer<String> detail) -> binaries.resolve(programs, detail));
    }
    steps.run("preparing the launcher's image", () -> launcherImage(place));
    steps.run(
        "preparing the guest's image",
        (Consumer<String> detail) ->
            GuestImage.build(ImageStore.open(place.images()), place.guestWork(), detail));
  }

  private static List<String> missingPackages(Binaries binaries) throws InterruptedException {
    List<String> packages =
        new ArrayList<>(
            Stream.concat(
                    Requirement.ALL.stream()
                        .filter(requirement -> requirement.find().isEmpty())
                        .map(Requirement::packageName),
                    Programs.find("mvn").isEmpty() ? Stream.of("maven") : Stream.empty())
                .toList());
    if (!binaries.missing(PodRuntime.usable().programs()).isEmpty()
        && GoToolchain.installed().isEmpty()
        && GoToolchain.packageIsRecent()) {
      packages.add("golang-go");
    }
    return packages;
  }

  /** The images of Vireo's pods and the guest's, of these jars and this JDK. */
  public static boolean vireoImages(Place place, Consumer<String> progress)
      throws IOException, InterruptedException {
    VireoImages.buildAll(
        ImageStore.open(place.images()),
        JarSet.onClassPath(),
        Path.of(System.getProperty("java.home", "/usr")),
        progress);
    return true;
  }

  /** The launcher's image of these jars and this JDK; made anew only when they changed. */
  public static Image launcherImage(Place place) throws IOException, InterruptedException {
    return LauncherImage.build(
        ImageStore.open(place.images()),
        place.launcherJar(),
        Path.of(System.getProperty("java.home", "/usr")));
  }
}
