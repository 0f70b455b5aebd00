package io.vireo.dev.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vireo.schemas.KafkaConnection;
import io.vireo.schemas.TopicCreation;
import io.vireo.schemas.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialDeletion;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever has the password of node a, with real clients: what works, and all that does not. */
class StolenNodeIT {

  private static final String THIEF = "node-a";
  private static final String OWN_COMMANDS = Topics.nodeCommands("a").name();
  private static final String OWN_REPORTS = Topics.nodeReports("a").name();
  private static final String OTHER_COMMANDS = Topics.nodeCommands("b").name();
  private static final String OTHER_REPORTS = Topics.nodeReports("b").name();
  private static final Duration POLL = Duration.ofSeconds(10);

  @TempDir private static Path folder;
  private static Broker broker;

  @BeforeAll
  static void startWithACommandForEachNode() throws Exception {
    broker = Broker.start(folder);
    try (Admin scheduler = broker.admin("scheduler")) {
      TopicCreation.ensure(
          scheduler,
          List.of(
              Topics.nodeCommands("a"),
              Topics.nodeReports("a"),
              Topics.nodeCommands("b"),
              Topics.nodeReports("b")),
          1,
          (short) 1);
    }
    write(broker.connection("scheduler"), OWN_COMMANDS, new byte[] {1});
    write(broker.connection("scheduler"), OTHER_COMMANDS, new byte[] {2});
  }

  @AfterAll
  static void stop() throws Exception {
    broker.close();
  }

  @Test
  void shouldReadItsOwnCommandsAndWriteItsOwnReports() throws Exception {
    long offset = write(broker.connection(THIEF), OWN_REPORTS, new byte[] {3});

    assertThat(read(THIEF, OWN_COMMANDS)).containsExactly((byte) 1);
    assertThat(read("ingest", OWN_REPORTS, offset)).startsWith((byte) 3);
  }

  @Test
  void shouldSeeNoTopicButItsOwn() throws Exception {
    try (Admin admin = broker.admin(THIEF)) {
      assertThat(Broker.get(admin.listTopics().names()))
          .containsExactlyInAnyOrder(OWN_COMMANDS, OWN_REPORTS);
    }
  }

  static Stream<String> topicsOfOthers() {
    return Stream.concat(
        Stream.of(OTHER_COMMANDS, OTHER_REPORTS), Topics.all().stream().map(topic -> topic.name()));
  }

  @ParameterizedTest
  @MethodSource("topicsOfOthers")
  void shouldReadNothingOfOthers(String topic) {
    assertThatThrownBy(() -> read(THIEF, topic)).isInstanceOf(TopicAuthorizationException.class);
  }

  @ParameterizedTest
  @MethodSource("topicsOfOthers")
  void shouldForgeNothingOfOthers(String topic) {
    assertThatThrownBy(() -> write(broker.connection(THIEF), topic, new byte[] {9}))
        .hasCauseInstanceOf(TopicAuthorizationException.class);
  }

  @Test
  void shouldNotCommandItself() {
    assertThatThrownBy(() -> write(broker.connection(THIEF), OWN_COMMANDS, new byte[] {9}))
        .hasCauseInstanceOf(TopicAuthorizationException.class);
  }

  @Test
  void shouldNotReadItsOwnReports() {
    assertThatThrownBy(() -> read(THIEF, OWN_REPORTS))
        .isInstanceOf(TopicAuthorizationException.class);
  }

  @Test
  void shouldNotFenceTheScheduler() throws Exception {
    Map<String, Object> settings = settings(THIEF);
    settings.put("transactional.id", "vireo.scheduler-0a-1");
    try (KafkaProducer<String, byte[]> producer = producer(settings)) {
      assertThatThrownBy(producer::initTransactions)
          .isInstanceOf(TransactionalIdAuthorizationException.class);
    }

    settings.putAll(settings("scheduler"));
    try (KafkaProducer<String, byte[]> producer = producer(settings)) {
      producer.initTransactions();
    }
  }

  /** Its own topic, so that the group alone is what is refused. */
  @ParameterizedTest
  @ValueSource(
      strings = {"vireo.dispatcher", "vireo.scheduler", "audit-report", "vireo.node.b", "new"})
  void shouldJoinAndSquatNoGroup(String group) throws Exception {
    for (String protocol : List.of("classic", "consumer")) {
      Map<String, Object> settings = settings(THIEF);
      settings.put("group.id", group);
      settings.put("group.protocol", protocol);
      try (Consumer<String, byte[]> consumer = consumer(settings)) {
        consumer.subscribe(List.of(OWN_COMMANDS));
        assertThatThrownBy(() -> consumer.poll(POLL))
            .as(protocol)
            .isInstanceOf(GroupAuthorizationException.class);
      }
    }
  }

  private interface Attempt {
    Future<?> on(Admin admin);
  }

  static Stream<Arguments> attempts() {
    ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, OWN_REPORTS);
    AlterConfigOp keepShort =
        new AlterConfigOp(new ConfigEntry("retention.ms", "1"), AlterConfigOp.OpType.SET);
    AclBinding everything =
        new AclBinding(
            new ResourcePattern(ResourceType.TOPIC, "*", PatternType.LITERAL),
            new AccessControlEntry(
                "User:" + THIEF, "*", AclOperation.ALL, AclPermissionType.ALLOW));
    UserScramCredentialUpsertion password =
        new UserScramCredentialUpsertion(
            "operator", new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), "mine");
    return Stream.of(
        attempt(
            "delete own records",
            TopicAuthorizationException.class,
            admin -> deletion(admin, OWN_REPORTS)),
        attempt(
            "delete another's records",
            TopicAuthorizationException.class,
            admin -> deletion(admin, OTHER_COMMANDS)),
        attempt(
            "delete the record of everything",
            TopicAuthorizationException.class,
            admin -> deletion(admin, Topics.VMI_EVENTS.name())),
        attempt(
            "delete a topic",
            TopicAuthorizationException.class,
            admin -> admin.deleteTopics(List.of(OWN_REPORTS)).all()),
        attempt(
            "make a topic",
            TopicAuthorizationException.class,
            admin -> admin.createTopics(List.of(new NewTopic("mine", 1, (short) 1))).all()),
        attempt(
            "make another node's topic",
            TopicAuthorizationException.class,
            admin ->
                admin
                    .createTopics(List.of(new NewTopic("vireo.node.c.reports.v1", 1, (short) 1)))
                    .all()),
        attempt(
            "shorten retention",
            TopicAuthorizationException.class,
            admin -> admin.incrementalAlterConfigs(Map.of(topic, List.of(keepShort))).all()),
        attempt(
            "delete a group",
            GroupAuthorizationException.class,
            admin -> admin.deleteConsumerGroups(List.of("vireo.dispatcher")).all()),
        attempt(
            "give itself rights",
            ClusterAuthorizationException.class,
            admin -> admin.createAcls(List.of(everything)).all()),
        attempt(
            "set another's password",
            ClusterAuthorizationException.class,
            admin -> admin.alterUserScramCredentials(List.of(password)).all()));
  }

  private static Arguments attempt(String what, Class<? extends Throwable> why, Attempt attempt) {
    return Arguments.of(what, why, attempt);
  }

  private static Future<?> deletion(Admin admin, String topic) {
    return admin
        .deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(-1)))
        .all();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("attempts")
  void shouldBeRefusedTo(String what, Class<? extends Throwable> why, Attempt attempt)
      throws Exception {
    try (Admin admin = broker.admin(THIEF)) {
      assertThatThrownBy(() -> Broker.get(attempt.on(admin)))
          .as(what)
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(why);
    }
  }

  @Test
  void shouldBeSlowedWhenItFloods() throws Exception {
    byte[] value = new byte[256 << 10];
    Map<String, Object> settings = settings(THIEF);
    settings.put("batch.size", 1);
    try (KafkaProducer<String, byte[]> producer = producer(settings)) {
      long begin = System.nanoTime();
      // Kafka counts over ten seconds and more, so a quota of 1 MiB/s is spent after some of them.
      int sent = 0;
      while (throttledMs(producer) == 0 && System.nanoTime() - begin < POLL.toNanos()) {
        producer.send(new ProducerRecord<>(OWN_REPORTS, value)).get();
        sent++;
      }
      assertThat(throttledMs(producer)).as("throttled after %d records", sent).isPositive();
      assertThat(sent * value.length).isLessThan(64 << 20);
    }

    assertThat(throttledOf("node-b", OTHER_REPORTS)).isZero();
  }

  private static double throttledOf(String user, String topic) throws Exception {
    try (KafkaProducer<String, byte[]> producer = producer(settings(user))) {
      producer.send(new ProducerRecord<>(topic, new byte[1024])).get();
      return throttledMs(producer);
    }
  }

  private static double throttledMs(KafkaProducer<String, byte[]> producer) {
    return producer.metrics().entrySet().stream()
        .filter(entry -> entry.getKey().name().equals("produce-throttle-time-max"))
        .map(entry -> (Double) entry.getValue().metricValue())
        .filter(value -> !value.isNaN())
        .findFirst()
        .orElse(0.0);
  }

  @Test
  void shouldNotWriteARecordThatNobodyCouldRead() {
    Callable<?> tooLarge =
        () -> {
          Map<String, Object> settings = settings(THIEF);
          settings.put("max.request.size", 8 << 20);
          try (KafkaProducer<String, byte[]> producer = producer(settings)) {
            return producer.send(new ProducerRecord<>(OWN_REPORTS, new byte[4 << 20])).get();
          }
        };

    assertThatThrownBy(tooLarge::call).hasCauseInstanceOf(RecordTooLargeException.class);
  }

  @Test
  void shouldNotGetInWithAnotherPassword() throws Exception {
    KafkaConnection wrong =
        KafkaConnection.scram(broker.bootstrapServers(), THIEF, broker.users().password("node-b"));

    try (Admin admin = Broker.admin(wrong)) {
      assertThatThrownBy(() -> Broker.get(admin.listTopics().names()))
          .hasCauseInstanceOf(SaslAuthenticationException.class);
    }
  }

  @Test
  void shouldNotGetInWhenItsUserIsDeleted() throws Exception {
    broker.users().create(List.of("leaver"));
    try (Admin admin = broker.admin(KafkaUsers.ADMIN)) {
      Broker.get(
          admin
              .alterUserScramCredentials(
                  List.of(
                      new UserScramCredentialUpsertion(
                          "leaver",
                          new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096),
                          broker.users().password("leaver"))))
              .all());
      try (Admin leaver = broker.admin("leaver")) {
        assertThat(Broker.get(leaver.listTopics().names())).isEmpty();
      }
      Broker.get(
          admin
              .alterUserScramCredentials(
                  List.of(new UserScramCredentialDeletion("leaver", ScramMechanism.SCRAM_SHA_512)))
              .all());
    }

    try (Admin leaver = broker.admin("leaver")) {
      assertThatThrownBy(() -> Broker.get(leaver.listTopics().names()))
          .hasCauseInstanceOf(SaslAuthenticationException.class);
    }
  }

  private static Map<String, Object> settings(String user) throws Exception {
    return new HashMap<>(broker.connection(user).clientSettings());
  }

  private static KafkaProducer<String, byte[]> producer(Map<String, Object> settings) {
    return new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
  }

  private static KafkaConsumer<String, byte[]> consumer(Map<String, Object> settings) {
    return new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
  }

  private static long write(KafkaConnection connection, String topic, byte[] value)
      throws Exception {
    try (KafkaProducer<String, byte[]> producer = producer(connection.clientSettings())) {
      return producer.send(new ProducerRecord<>(topic, "key", value)).get().offset();
    }
  }

  private static List<Byte> read(String user, String topic) throws Exception {
    return read(user, topic, 0);
  }

  /** The first byte of each record that one poll gives. */
  private static List<Byte> read(String user, String topic, long offset) throws Exception {
    Map<String, Object> settings = settings(user);
    settings.put("enable.auto.commit", false);
    try (KafkaConsumer<String, byte[]> consumer = consumer(settings)) {
      TopicPartition partition = new TopicPartition(topic, 0);
      consumer.assign(List.of(partition));
      consumer.seek(partition, offset);
      return Stream.of(consumer.poll(POLL))
          .flatMap(records -> records.records(partition).stream())
          .map(record -> record.value()[0])
          .toList();
    }
  }
}
