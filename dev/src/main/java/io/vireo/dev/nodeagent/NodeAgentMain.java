package io.vireo.dev.nodeagent;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** Runs a node agent as a process of its own. */
public final class NodeAgentMain {

  private static final Duration SHUTDOWN_MAX = Duration.ofMinutes(5);

  private NodeAgentMain() {}

  /** Runs until SIGTERM, which takes the node down: its pods end first. */
  public static void main(String[] args) throws Exception {
    NodeAgent agent = start(System.getenv());
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform().name("shutdown").unstarted(() -> agent.shutdown(SHUTDOWN_MAX)));
    new CountDownLatch(1).await();
  }

  /**
   * Starts an agent and returns when the node is registered.
   *
   * @param env settings, {@code VIREO_AGENT_*} and {@code VIREO_HEALTH_ADDRESS}
   */
  public static NodeAgent start(Map<String, String> env) throws Exception {
    return NodeAgent.start(AgentConfig.fromEnv(env));
  }
}
