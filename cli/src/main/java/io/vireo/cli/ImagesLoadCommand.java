package io.vireo.cli;

import io.vireo.cli.images.ImageLoad;
import io.vireo.dev.guest.DebianGuest;
import io.vireo.dev.guest.GuestImage;
import io.vireo.dev.images.Image;
import io.vireo.dev.images.ImageStore;
import io.vireo.dev.images.VireoImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code vireo images load}. */
@Command(
    name = "load",
    mixinStandardHelpOptions = true,
    description = "Puts Vireo's images into containerd or Docker.")
final class ImagesLoadCommand implements Callable<Integer> {

  @ParentCommand private ImagesCommand images = new ImagesCommand();

  @ArgGroup private Engine engine = new Engine();

  @Option(
      names = "--namespace",
      paramLabel = "NAME",
      description = "containerd's namespace (default: ${DEFAULT-VALUE}, the kubelet's).")
  private String namespace = "k8s.io";

  /** One of the two. */
  private static final class Engine {
    @Option(
        names = "--containerd",
        paramLabel = "SOCKET",
        description = "containerd's socket (default: " + ImageLoad.CONTAINERD + ").")
    private Path containerd = Path.of(ImageLoad.CONTAINERD);

    @Option(names = "--docker", description = "Docker, as the docker program finds it.")
    private boolean docker;
  }

  @Override
  public Integer call() throws Exception {
    Place place = images.place();
    ImageStore store = images.store();
    List<Image> wanted = wanted(place, store);
    ImageLoad load =
        engine.docker ? ImageLoad.docker() : ImageLoad.containerd(engine.containerd, namespace);
    Steps steps = Steps.onStandardError();
    try (StopOnExit _ = StopOnExit.arm(place, steps)) {
      steps.run(
          "loading %d images into %s".formatted(wanted.size(), load.engine()),
          () -> load.run(store, wanted));
    }
    wanted.forEach(image -> System.out.println(image.reference()));
    return 0;
  }

  /** All that ship, and the guests of the examples that were made. */
  private static List<Image> wanted(Place place, ImageStore store) throws Failure {
    List<Image> wanted = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    for (String reference : VireoImage.references()) {
      store.resolve(reference).ifPresentOrElse(wanted::add, () -> missing.add(reference));
    }
    if (!missing.isEmpty()) {
      throw new Failure(
          "not built: "
              + String.join(", ", missing)
              + "; build with: "
              + place.command("images build"));
    }
    store.resolve(GuestImage.REFERENCE).ifPresent(wanted::add);
    store.resolve(DebianGuest.REFERENCE).ifPresent(wanted::add);
    return wanted;
  }
}
