package io.vireo.dev.nodeagent;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.grpc.Server;
import io.vireo.dev.images.ImageStore;
import io.vireo.dev.stack.GracefulNode;
import io.vireo.health.HealthServer;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running agent. {@link #close()} stops it and leaves the pods' processes to the next one; {@link
 * #shutdown} is the node going down.
 */
public final class NodeAgent implements AutoCloseable, GracefulNode {

  private static final Logger LOG = LoggerFactory.getLogger(NodeAgent.class);
  private static final Duration MARGIN = Duration.ofSeconds(10);
  private static final int REQUEST_TIMEOUT_MS = 10_000;

  private final AgentConfig config;
  private final Deque<AutoCloseable> resources = new ArrayDeque<>();
  private final Map<String, PodWorker> workers = new ConcurrentHashMap<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile boolean synced;
  private @Nullable Surroundings surroundings;
  private @Nullable NodeRegistration registration;

  private NodeAgent(AgentConfig config) {
    this.config = config;
  }

  /** Starts an agent; returns when the node is registered and its pods are known. */
  static NodeAgent start(AgentConfig config) throws Exception {
    NodeAgent agent = new NodeAgent(config);
    try {
      agent.begin();
      return agent;
    } catch (Exception e) {
      agent.close();
      throw e;
    }
  }

  private void begin() throws Exception {
    Files.createDirectories(config.stateDir());
    lockState();
    Tools tools = Tools.find();
    KubernetesClient client = own(client());
    UnixSockets sockets = own(new UnixSockets());
    Devices devices = new Devices();
    PodAddresses addresses = new PodAddresses();
    addresses.setSubnet(config.podSubnet());
    NodeRegistration node = own(new NodeRegistration(client, config, devices));
    registration = node;
    if (config.healthAddress().isPresent()) {
      HealthServer health = own(HealthServer.start(config.healthAddress().get(), "node-agent"));
      health.check(
          "node registered",
          () -> node.isRegistered() ? Optional.empty() : Optional.of("The node is not registered"));
      health.check(
          "pods known", () -> synced ? Optional.empty() : Optional.of("Pods are not known yet"));
    }
    Surroundings around =
        new Surroundings(
            config.stateDir(),
            ImageStore.open(config.imageStore()),
            new KubePodApi(client, config.nodeName()),
            tools,
            isRoot(),
            own(new ExitWatch()),
            devices,
            addresses);
    surroundings = around;
    for (PodRecord podRecord : PodFiles.readAll(config.stateDir())) {
      String uid = podRecord.pod.getMetadata().getUid();
      PodWorker worker = new PodWorker(around, podRecord, () -> workers.remove(uid));
      workers.put(uid, worker);
      worker.start();
    }
    Server podResources =
        sockets.serve(
            config.kubeletDir().resolve("pod-resources/kubelet.sock"),
            new PodResourcesServer(devices));
    resources.push(podResources::shutdownNow);
    node.start();
    own(
        new DevicePlugins(
            config.kubeletDir().resolve("plugins_registry"),
            sockets,
            devices,
            node::statusChanged));
    watchPods(client);
  }

  private void lockState() throws IOException {
    FileChannel lock =
        own(
            FileChannel.open(
                config.stateDir().resolve("agent.lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE));
    if (lock.tryLock() == null) {
      throw new IllegalStateException(
          "Expected no other agent with the state directory " + config.stateDir());
    }
  }

  private <T extends AutoCloseable> T own(T resource) {
    resources.push(resource);
    return resource;
  }

  private KubernetesClient client() throws IOException {
    Config base = Config.fromKubeconfig(Files.readString(config.kubeconfig()));
    return new KubernetesClientBuilder()
        .withConfig(new ConfigBuilder(base).withRequestTimeout(REQUEST_TIMEOUT_MS).build())
        .build();
  }

  static boolean isRoot() throws IOException {
    return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
  }

  private void watchPods(KubernetesClient client) {
    SharedIndexInformer<Pod> informer =
        client
            .pods()
            .inAnyNamespace()
            .withField("spec.nodeName", config.nodeName())
            .runnableInformer(0);
    own(informer::stop);
    informer.addEventHandler(
        new ResourceEventHandler<>() {
          @Override
          public void onAdd(Pod pod) {
            seen(pod);
          }

          @Override
          public void onUpdate(Pod before, Pod pod) {
            if (!before.getMetadata().getUid().equals(pod.getMetadata().getUid())) {
              gone(before.getMetadata().getUid());
            }
            seen(pod);
          }

          @Override
          public void onDelete(Pod pod, boolean unknown) {
            gone(pod.getMetadata().getUid());
          }
        });
    informer.exceptionHandler((started, problem) -> true);
    informer.run();
    synced = true;
    // Pods that were deleted while no agent was there to see it.
    Set<String> known =
        informer.getStore().list().stream()
            .map(pod -> pod.getMetadata().getUid())
            .collect(Collectors.toSet());
    workers.forEach(
        (uid, worker) -> {
          if (!known.contains(uid)) {
            worker.vanish();
          }
        });
    LOG.atInfo().addKeyValue("pods", known.size()).log("Pods known");
  }

  private void seen(Pod pod) {
    Surroundings around = surroundings;
    String uid = pod.getMetadata().getUid();
    if (closed.get() || around == null) {
      return;
    }
    PodWorker had = workers.get(uid);
    if (had != null) {
      had.update(pod);
      return;
    }
    PodRecord podRecord = new PodRecord();
    podRecord.pod = pod;
    PodWorker worker = new PodWorker(around, podRecord, () -> workers.remove(uid));
    workers.put(uid, worker);
    try {
      worker.start();
    } catch (IOException e) {
      workers.remove(uid);
      LOG.atError()
          .addKeyValue("pod", pod.getMetadata().getName())
          .setCause(e)
          .log("Pod not begun");
    }
  }

  private void gone(String uid) {
    PodWorker worker = workers.get(uid);
    if (worker != null && !closed.get()) {
      worker.vanish();
    }
  }

  /**
   * Takes the node down in order: every pod's processes get SIGTERM and the pod's own grace period,
   * their end is reported, then the agent stops.
   *
   * @param max no pod gets more than this
   */
  @Override
  public void shutdown(Duration max) {
    if (registration != null) {
      registration.drain();
    }
    CompletableFuture<?>[] ends =
        workers.values().stream().map(w -> w.shutdown(max)).toArray(CompletableFuture<?>[]::new);
    try {
      CompletableFuture.allOf(ends).get(max.plus(MARGIN).toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException | java.util.concurrent.ExecutionException e) {
      LOG.atWarn().setCause(e).log("Not all pods ended in time");
    }
    close();
  }

  /** Stops the agent; pods go on. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    workers.values().forEach(PodWorker::stop);
    while (!resources.isEmpty()) {
      try {
        resources.pop().close();
      } catch (Exception e) {
        LOG.atWarn().setCause(e).log("Part of the agent not closed");
      }
    }
  }
}
