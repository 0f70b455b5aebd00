package io.vireo.cli;

import io.vireo.cli.images.ImageRow;
import io.vireo.cli.images.ImageTable;
import io.vireo.dev.images.Image;
import io.vireo.dev.images.ImageStore;
import io.vireo.dev.images.JarSet;
import io.vireo.dev.images.VireoImage;
import io.vireo.dev.images.VireoImages;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code vireo images build}. */
@Command(
    name = "build",
    mixinStandardHelpOptions = true,
    description = "Builds what is not there or not of these jars, from Debian packages.")
final class ImagesBuildCommand implements Callable<Integer> {

  @ParentCommand private ImagesCommand images = new ImagesCommand();
  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "NAME",
      description = "launcher, control-plane, node-executor, node-network, pause (default: all).")
  private List<String> names = List.of();

  @Option(names = "--force", description = "Build anew, with Debian's packages of today.")
  private boolean force;

  @Override
  public Integer call() throws Exception {
    List<VireoImage> wanted = wanted();
    Place place = images.place();
    ImageStore store = images.store();
    Steps steps = Steps.onStandardError();
    List<ImageRow> rows = new ArrayList<>();
    try (StopOnExit _ = StopOnExit.arm(place, steps)) {
      VireoImages builder =
          new VireoImages(
              store, JarSet.onClassPath(), Path.of(System.getProperty("java.home", "/usr")));
      for (VireoImage image : wanted) {
        Image built =
            steps.run(
                "building " + image.reference(),
                (Consumer<String> detail) ->
                    force ? builder.rebuild(image, detail) : builder.build(image, detail));
        rows.add(ImageRow.of(store, built));
      }
    }
    System.out.print(ImageTable.text(rows));
    return 0;
  }

  private List<VireoImage> wanted() {
    if (names.isEmpty()) {
      return List.of(VireoImage.values());
    }
    return names.stream()
        .map(name -> VireoImage.named(name).orElseThrow(() -> unknown(name)))
        .toList();
  }

  private RuntimeException unknown(String name) {
    String text =
        "Expected %s, but got %s"
            .formatted(
                String.join(", ", Stream.of(VireoImage.values()).map(VireoImage::title).toList()),
                name);
    CommandSpec self = spec;
    return self == null
        ? new IllegalArgumentException(text)
        : new ParameterException(self.commandLine(), text);
  }
}
