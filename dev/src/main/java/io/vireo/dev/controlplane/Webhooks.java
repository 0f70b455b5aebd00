package io.vireo.dev.controlplane;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.WebhookClientConfig;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.util.List;

/**
 * The webhook configurations that ship, for an api that runs as a process beside the API server:
 * asked by a URL, since there is no Service.
 */
public final class Webhooks {

  private static final String FILE = "k8s/base/control-plane/webhooks.yaml";

  private Webhooks() {}

  /**
   * Applies them. What is to be trusted is the api's to put there.
   *
   * @param address {@code host:port} of the api, as the API server reaches it
   */
  public static void apply(KubernetesClient client, String address) throws IOException {
    List<HasMetadata> items = Manifests.read(client, FILE);
    for (HasMetadata item : items) {
      switch (item) {
        case MutatingWebhookConfiguration it ->
            it.getWebhooks().forEach(each -> byUrl(each.getClientConfig(), address));
        case ValidatingWebhookConfiguration it ->
            it.getWebhooks().forEach(each -> byUrl(each.getClientConfig(), address));
        default ->
            throw new IOException(
                "Expected webhook configurations only in " + FILE + ", but got " + item);
      }
    }
    Manifests.apply(client, items);
  }

  private static void byUrl(WebhookClientConfig config, String address) {
    config.setUrl("https://" + address + config.getService().getPath());
    config.setService(null);
  }
}
