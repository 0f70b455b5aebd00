package io.vireo.node.roster;

import io.vireo.health.Failpoint;
import io.vireo.node.core.LaneState;
import io.vireo.node.core.NodeIdentity;
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
public final class RosterFiles implements Roster {

  private static final Logger log = LoggerFactory.getLogger(RosterFiles.class);
  private static final String SUFFIX = ".json";
  private static final String NODE = "node.identity";
  private static final String BEGUN = "begun";
  private static final String COMPLETE = "complete";
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
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

  @Override
  public Contents load() throws IOException {
    List<LaneState> states = new ArrayList<>();
    List<String> unreadable = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        String uid = name.substring(0, name.length() - SUFFIX.length());
        try {
          LaneState state = MAPPER.readValue(Files.readAllBytes(file), LaneState.class);
          if (!state.vm().uid().equals(uid)) {
            throw new IOException("Expected the entry of " + uid);
          }
          states.add(state);
        } catch (IOException | JacksonException | NullPointerException e) {
          log.atError().setCause(e).addKeyValue("file", file).log("A roster entry is unreadable");
          unreadable.add(uid);
        }
      }
    }
    return new Contents(
        states,
        unreadable,
        node(),
        Files.exists(folder.resolve(BEGUN)),
        Files.exists(folder.resolve(COMPLETE)));
  }

  private NodeIdentity node() throws IOException {
    Path file = folder.resolve(NODE);
    if (!Files.exists(file)) {
      return NodeIdentity.unknown();
    }
    try {
      return MAPPER.readValue(Files.readAllBytes(file), NodeIdentity.class);
    } catch (JacksonException e) {
      log.atError().setCause(e).log("The node's identity is unreadable");
      return NodeIdentity.unknown();
    }
  }

  @Override
  public void store(LaneState state) throws IOException {
    Failpoint.pass("node.roster.store.before");
    write(state.vm().uid() + SUFFIX, MAPPER.writeValueAsBytes(state.durable()));
    Failpoint.pass("node.roster.store.after");
  }

  @Override
  public void storeNode(NodeIdentity node) throws IOException {
    write(NODE, MAPPER.writeValueAsBytes(node));
  }

  @Override
  public void storeBegun() throws IOException {
    write(BEGUN, new byte[0]);
  }

  @Override
  public void storeComplete() throws IOException {
    write(COMPLETE, new byte[0]);
  }

  private void write(String name, byte[] bytes) throws IOException {
    Path file = folder.resolve(name);
    Path fresh = folder.resolve(name + ".tmp");
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
    try (FileChannel entries = FileChannel.open(folder)) {
      // The name is on disk too only after this.
      entries.force(true);
    }
  }

  @Override
  public void remove(String uid) throws IOException {
    Files.deleteIfExists(folder.resolve(uid + SUFFIX));
  }
}
