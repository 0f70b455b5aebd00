package io.vireo.dev.nodeagent;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the Node object and its Lease as they should be. */
final class NodeRegistration implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(NodeRegistration.class);
  private static final String LEASES = "kube-node-lease";
  private static final Duration LEASE_RENEWAL = Duration.ofSeconds(10);
  private static final int LEASE_SECONDS = 40;
  private static final Duration STATUS_RENEWAL = Duration.ofSeconds(60);
  private static final Duration RETRY = Duration.ofMillis(500);

  private final KubernetesClient client;
  private final AgentConfig config;
  private final Devices devices;
  private final AtomicBoolean ready = new AtomicBoolean(true);
  private final AtomicBoolean statusQueued = new AtomicBoolean();
  private final ScheduledExecutorService executor =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().daemon().name("node-registration").factory());
  private volatile boolean registered;

  NodeRegistration(KubernetesClient client, AgentConfig config, Devices devices) {
    this.client = client;
    this.config = config;
    this.devices = devices;
  }

  /** Registers the node and keeps it registered. */
  @SuppressWarnings("FutureReturnValueIgnored") // What runs there reports its own problems.
  void start() {
    register();
    renewLease();
    executor.scheduleAtFixedRate(
        () -> quietly(this::renewLease, "Lease not renewed"),
        LEASE_RENEWAL.toMillis(),
        LEASE_RENEWAL.toMillis(),
        TimeUnit.MILLISECONDS);
    executor.scheduleAtFixedRate(
        this::statusChanged,
        STATUS_RENEWAL.toMillis(),
        STATUS_RENEWAL.toMillis(),
        TimeUnit.MILLISECONDS);
  }

  boolean isRegistered() {
    return registered;
  }

  private void register() {
    Map<String, String> labels = NodeView.labels(config.nodeName(), config.architecture());
    Map<String, Object> metadata = Map.of("name", config.nodeName(), "labels", labels);
    if (client.nodes().withName(config.nodeName()).get() == null) {
      Node node =
          new NodeBuilder()
              .withNewMetadata()
              .withName(config.nodeName())
              .withLabels(labels)
              .endMetadata()
              .build();
      try {
        client.nodes().resource(node).create();
      } catch (KubernetesClientException e) {
        if (e.getCode() != 409) {
          throw e;
        }
      }
    } else {
      patch(Map.of("metadata", metadata), false);
    }
    patchStatus();
    registered = true;
    LOG.atInfo().addKeyValue("node", config.nodeName()).log("Node registered");
  }

  /** Reports the status soon, from another thread. */
  void statusChanged() {
    if (!registered || executor.isShutdown() || !statusQueued.compareAndSet(false, true)) {
      return;
    }
    executor.execute(
        () -> {
          statusQueued.set(false);
          quietly(this::patchStatus, "Node status not reported");
        });
  }

  @SuppressWarnings("FutureReturnValueIgnored") // As above.
  private void quietly(Runnable action, String problem) {
    try {
      action.run();
    } catch (KubernetesClientException e) {
      LOG.atWarn().setCause(e).log(problem);
      if (e.getCode() == 404 && ready.get()) {
        registered = false;
      }
      if (!executor.isShutdown()) {
        executor.schedule(this::again, RETRY.toMillis(), TimeUnit.MILLISECONDS);
      }
    }
  }

  private void again() {
    if (registered) {
      statusChanged();
    } else {
      quietly(this::register, "Node not registered");
    }
  }

  private void patchStatus() {
    Map<String, Object> status =
        NodeView.status(config, devices.counts(), ready.get(), Instant.now());
    patch(Map.of("status", status), true);
  }

  private void patch(Map<String, Object> body, boolean status) {
    var node = client.nodes().withName(config.nodeName());
    PatchContext context = PatchContext.of(PatchType.STRATEGIC_MERGE);
    String json = Serialization.asJson(body);
    if (status) {
      node.subresource("status").patch(context, json);
    } else {
      node.patch(context, json);
    }
  }

  private void renewLease() {
    var leases = client.leases().inNamespace(LEASES);
    ZonedDateTime now = ZonedDateTime.now(ZoneOffset.UTC);
    if (leases.withName(config.nodeName()).get() == null) {
      Lease lease =
          new LeaseBuilder()
              .withNewMetadata()
              .withName(config.nodeName())
              .withNamespace(LEASES)
              .endMetadata()
              .withNewSpec()
              .withHolderIdentity(config.nodeName())
              .withLeaseDurationSeconds(LEASE_SECONDS)
              .withRenewTime(now)
              .endSpec()
              .build();
      leases.resource(lease).create();
      return;
    }
    String time =
        now.format(java.time.format.DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'"));
    leases
        .withName(config.nodeName())
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            Serialization.asJson(
                Map.of(
                    "spec",
                    Map.of(
                        "holderIdentity",
                        config.nodeName(),
                        "leaseDurationSeconds",
                        LEASE_SECONDS,
                        "renewTime",
                        time))));
  }

  /** The node goes down: no new pods. */
  void drain() {
    ready.set(false);
    executor.execute(() -> quietly(this::patchStatus, "Node status not reported"));
  }

  @Override
  public void close() {
    executor.shutdown();
    try {
      if (!executor.awaitTermination(2, TimeUnit.SECONDS)) {
        executor.shutdownNow();
      }
    } catch (InterruptedException e) {
      executor.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
