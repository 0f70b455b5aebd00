package io.vireo.node.libvirt;

import io.vireo.node.core.AgentView;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/** Reads what a guest's agent answers. What is not as it should be is left out. */
final class AgentAnswers {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private AgentAnswers() {}

  /**
   * Reads both answers; each may be anything.
   *
   * @param interfaces to {@code guest-network-get-interfaces}; null for none
   * @param os to {@code guest-get-osinfo}; null for none
   */
  static AgentView read(@Nullable String interfaces, @Nullable String os) {
    List<AgentView.Nic> nics = new ArrayList<>();
    for (JsonNode nic : answered(interfaces)) {
      if (nics.size() > AgentView.INTERFACES_MAX) {
        break;
      }
      nics.add(nic(nic));
    }
    return new AgentView(os(answered(os)), nics);
  }

  private static AgentView.Nic nic(JsonNode nic) {
    List<String> ips = new ArrayList<>();
    for (JsonNode address : nic.path("ip-addresses")) {
      if (ips.size() > AgentView.ADDRESSES_MAX) {
        break;
      }
      ips.add(text(address, "ip-address"));
    }
    return new AgentView.Nic(text(nic, "name"), text(nic, "hardware-address"), ips);
  }

  private static AgentView.Os os(JsonNode os) {
    return new AgentView.Os(
        text(os, "id"),
        text(os, "name"),
        text(os, "pretty-name"),
        text(os, "version"),
        text(os, "version-id"),
        text(os, "kernel-release"),
        text(os, "kernel-version"),
        text(os, "machine"));
  }

  private static JsonNode answered(@Nullable String answer) {
    if (answer == null) {
      return MissingNode.getInstance();
    }
    try {
      return MAPPER.readTree(answer).path("return");
    } catch (JacksonException e) {
      return MissingNode.getInstance();
    }
  }

  private static String text(JsonNode node, String name) {
    return node.path(name).asString("");
  }
}
