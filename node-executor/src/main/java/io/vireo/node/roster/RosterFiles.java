package io.vireo.node.roster;

import io.vireo.node.core.LaneState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** One file for each VM. A file is whole or not there: it is written beside and moved. */
public final class RosterFiles {

  private static final Logger log = LoggerFactory.getLogger(RosterFiles.class);
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .addMixIn(io.vireo.node.core.NodeCommandData.class, Plain.class)
          .build();

  private final Path folder;

  /** Nothing of the sealed type's helpers is stored. */
  private interface Plain {
    @com.fasterxml.jackson.annotation.JsonIgnore
    @SuppressWarnings("UnusedMethod") // Jackson reads it.
    String type();
  }

  /** The roster in this folder. */
  public RosterFiles(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
  }

  /** Everything that was written. A file that cannot be read is told and left where it is. */
  public List<LaneState> load() throws IOException {
    List<LaneState> states = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.json")) {
      for (Path file : files) {
        try {
          states.add(MAPPER.readValue(Files.readAllBytes(file), LaneState.class));
        } catch (JacksonException e) {
          log.atError().setCause(e).addKeyValue("file", file).log("A roster entry is unreadable");
        }
      }
    }
    return states;
  }

  /** Stores a state durably. */
  public void store(LaneState state) throws IOException {
    Path file = file(state.vm().uid());
    Path fresh = file.resolveSibling(file.getFileName() + ".tmp");
    byte[] bytes = MAPPER.writeValueAsBytes(state.durable());
    try (FileChannel channel =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Forgets a VM. */
  public void remove(String uid) throws IOException {
    Files.deleteIfExists(file(uid));
  }

  private Path file(String uid) {
    return folder.resolve(uid + ".json");
  }
}
