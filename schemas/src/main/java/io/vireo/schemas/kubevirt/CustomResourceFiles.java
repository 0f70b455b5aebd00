package io.vireo.schemas.kubevirt;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/**
 * Writes the CustomResourceDefinitions that ship. Each build runs it, so a change of {@code
 * types.tsv} shows in {@code k8s/} as well.
 */
public final class CustomResourceFiles {

  private static final String HEADING =
      """
      # Made by the build from schemas/src/main/resources/kubevirt/types.tsv; changes here are lost.
      """;

  private CustomResourceFiles() {}

  /** Writes into the folder that is the one argument; a file that is as it should be stays. */
  public static void main(String[] args) throws IOException {
    Path folder = Files.createDirectories(Path.of(args[0]));
    for (Map.Entry<String, String> file : files().entrySet()) {
      Path path = folder.resolve(file.getKey());
      if (!Files.exists(path) || !Files.readString(path).equals(file.getValue())) {
        Files.writeString(path, file.getValue());
      }
    }
  }

  /** By file name, what each has in it. */
  static Map<String, String> files() {
    CustomResource definitions = new CustomResource(ApiTypes.load());
    Dump yaml =
        new Dump(
            DumpSettings.builder()
                .setDefaultFlowStyle(FlowStyle.BLOCK)
                .setWidth(Integer.MAX_VALUE)
                .setSplitLines(false)
                .setDereferenceAliases(true)
                .build());
    Map<String, String> files = new TreeMap<>();
    for (Kind kind : Kind.ALL) {
      files.put(kind.plural() + ".yaml", HEADING + yaml.dumpToString(definitions.of(kind)));
    }
    return files;
  }
}
