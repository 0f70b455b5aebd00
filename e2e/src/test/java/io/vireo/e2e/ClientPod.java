package io.vireo.e2e;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import io.vireo.dev.images.VireoImage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** An ordinary pod beside the virtual machines: it serves a page and asks for others. */
final class ClientPod {

  /** What it serves. */
  static final String PAGE = "page-of-the-pod";

  private static final Duration READY_MAX = Duration.ofSeconds(60);
  private static final long ASK_SECONDS = 20;
  private static final String NAME = "client";

  private final KubernetesClient client;

  private ClientPod(KubernetesClient client) {
    this.client = client;
  }

  static ClientPod start(KubernetesClient client) throws Exception {
    client
        .resource(
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: client, namespace: %s, labels: {app: client}}
            spec:
              terminationGracePeriodSeconds: 1
              automountServiceAccountToken: false
              securityContext:
                runAsNonRoot: true
                runAsUser: 65532
                seccompProfile: {type: RuntimeDefault}
              containers:
              - name: client
                image: %s
                imagePullPolicy: Never
                command:
                - /usr/bin/busybox
                - sh
                - -c
                - >-
                  mkdir -p /tmp/www && echo %s > /tmp/www/index.html &&
                  exec busybox httpd -f -p 8080 -h /tmp/www
                env: [{name: PATH, value: /usr/bin}]
                securityContext:
                  allowPrivilegeEscalation: false
                  capabilities: {drop: [ALL]}
                volumeMounts: [{name: tmp, mountPath: /tmp}]
              volumes: [{name: tmp, emptyDir: {}}]
            """
                .formatted(Cluster.NAMESPACE, VireoImage.PAUSE.reference(), PAGE))
        .create();
    ClientPod pod = new ClientPod(client);
    Await.until(
        "the client pod to run",
        READY_MAX,
        pod::pod,
        seen -> seen != null && "Running".equals(seen.getStatus().getPhase()));
    return pod;
  }

  /** As the API server has it. */
  Pod pod() {
    return client.pods().inNamespace(Cluster.NAMESPACE).withName(NAME).get();
  }

  String address() {
    return pod().getStatus().getPodIP();
  }

  /** What a server says, or why it does not. */
  String ask(String host, int port) throws Exception {
    return run("busybox timeout 5 busybox wget -q -O - http://" + host + ":" + port + "/ 2>&1");
  }

  /** What a command says. */
  String run(String command) throws Exception {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    try (ExecWatch watch =
        client
            .pods()
            .inNamespace(Cluster.NAMESPACE)
            .withName(NAME)
            .writingOutput(output)
            .writingError(output)
            .exec("/usr/bin/busybox", "sh", "-c", command)) {
      watch.exitCode().get(ASK_SECONDS, TimeUnit.SECONDS);
    }
    return output.toString(StandardCharsets.UTF_8);
  }
}
