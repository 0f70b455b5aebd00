package io.vireo.api.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.admissionregistration.v1.WebhookClientConfig;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WebhookConfigurationsTest {

  private static WebhookClientConfig trusting(String bundle) {
    WebhookClientConfig client = new WebhookClientConfig();
    client.setCaBundle(bundle);
    client.setUrl("https://127.0.0.1:1/mutate");
    return client;
  }

  @Test
  void shouldChangeWhatIsTrustedAndNothingElse() {
    assertThat(
            WebhookConfigurations.changes(
                List.of(trusting("old"), trusting("new"), trusting(null)), "new"))
        .isEqualTo(
            List.of(
                Map.of("op", "add", "path", "/webhooks/0/clientConfig/caBundle", "value", "new"),
                Map.of("op", "add", "path", "/webhooks/2/clientConfig/caBundle", "value", "new")));
  }

  @Test
  void shouldLeaveAloneWhatIsRight() {
    assertThat(WebhookConfigurations.changes(List.of(trusting("new")), "new")).isEmpty();
  }
}
