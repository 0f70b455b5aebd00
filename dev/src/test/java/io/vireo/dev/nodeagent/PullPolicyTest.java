package io.vireo.dev.nodeagent;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.dev.images.ImageConfig;
import io.vireo.dev.images.ImageStore;
import io.vireo.dev.images.ImageWriter;
import io.vireo.dev.images.Layer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PullPolicyTest {

  private static final String REFERENCE = "localhost/test/image:1";

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "true,              , found",
    "true,  IfNotPresent, found",
    "true,  Never,        found",
    "true,  Always,       ErrImagePull",
    "false,             , ErrImagePull",
    "false, IfNotPresent, ErrImagePull",
    "false, Never,        ErrImageNeverPull",
    "false, Always,       ErrImagePull",
  })
  void shouldDoWithAnImageWhatAKubeletWithoutARegistryDoes(
      boolean stored, String policy, String outcome) throws Exception {
    ImageStore images = ImageStore.open(folder);
    if (stored) {
      ImageWriter.write(
          images,
          REFERENCE,
          ImageConfig.EMPTY,
          List.of(Layer.of(Layer.text("disk/a.img", 0644, "disk"))));
    }

    assertThat(outcomeOf(images, policy)).isEqualTo(outcome);
  }

  private static String outcomeOf(ImageStore images, String policy) {
    try {
      Volumes.image(images, REFERENCE, policy);
      return "found";
    } catch (PodProblem e) {
      return e.reason();
    }
  }
}
