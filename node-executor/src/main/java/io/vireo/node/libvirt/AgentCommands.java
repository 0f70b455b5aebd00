package io.vireo.node.libvirt;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.vireo.node.core.AgentView;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.libvirt.Domain;
import org.libvirt.VireoHandles;
import org.libvirt.jna.DomainPointer;

/**
 * Commands to the agent in a guest, through libvirt, which gives up on one that does not answer.
 */
final class AgentCommands {

  /** What an honest answer may have, with every interface and address that is kept. */
  static final int ANSWER_MAX_BYTES = 256 * 1024;

  private static final int TIMEOUT_SECONDS = 5;

  /** Functions of libvirt's library for QEMU. */
  private interface NativeQemu extends Library {
    NativeQemu INSTANCE = Native.load("virt-qemu", NativeQemu.class);

    @Nullable Pointer virDomainQemuAgentCommand(
        DomainPointer domain, String command, int timeoutSeconds, int flags);
  }

  private AgentCommands() {}

  /** What the agent says; what it does not answer is left out. */
  static AgentView ask(Domain domain) throws IOException {
    String interfaces = answer(domain, "guest-network-get-interfaces");
    String os = answer(domain, "guest-get-osinfo");
    if (interfaces == null && os == null) {
      throw new IOException("Expected the agent to answer");
    }
    return AgentAnswers.read(interfaces, os);
  }

  private static @Nullable String answer(Domain domain, String command) {
    Pointer answer =
        NativeQemu.INSTANCE.virDomainQemuAgentCommand(
            VireoHandles.of(domain), "{\"execute\":\"" + command + "\"}", TIMEOUT_SECONDS, 0);
    if (answer == null) {
      return null;
    }
    try {
      // Looked for before it is copied: a guest may say as much as libvirt carries.
      long length = answer.indexOf(0, (byte) 0);
      return length < 0 || length > ANSWER_MAX_BYTES
          ? null
          : new String(answer.getByteArray(0, (int) length), StandardCharsets.UTF_8);
    } finally {
      Native.free(Pointer.nativeValue(answer));
    }
  }
}
