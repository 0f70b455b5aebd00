package io.vireo.dev.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.vireo.dev.process.FolderRemoval;
import io.vireo.schemas.KafkaConnection;
import io.vireo.schemas.TopicCreation;
import io.vireo.schemas.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * Asks a broker about every cell of the table of rights. What is expected is written here by hand,
 * from who writes and reads each topic, and not computed from the table that the rights are made
 * of.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class KafkaAccessIT {

  private static final List<String> USERS =
      List.of(
          "ingest",
          "scheduler",
          "cluster-executor",
          "operator",
          "auditor",
          "node-a",
          "node-b",
          "stranger");

  private static final String CHANGELOG = "vireo.scheduler-vmis-changelog";
  private static final String FOREIGN = "payroll.v1";

  /** READ, WRITE, CREATE, DELETE, ALTER_CONFIGS, and aLter; a dash for nothing at all. */
  private static final String TOPICS =
      """
      topic                          ingest scheduler cluster operator auditor a b stranger
      vireo.vmi.desired.v1           RW     R         -       R        -       - - -
      vireo.vm.desired.v1            RW     R         -       R        -       - - -
      vireo.vmi.state.v1             -      RW        -       R        -       - - -
      vireo.pod.observed.v1          RW     R         -       R        -       - - -
      vireo.domain.observed.v1       RW     R         -       R        -       - - -
      vireo.outcomes.v1              W      RW        W       R        -       - - -
      vireo.node.transitions.v1      RW     R         -       R        -       - - -
      vireo.cluster.commands.v1      -      W         R       R        -       - - -
      vireo.node.commands.v1         -      RW        -       R        -       - - -
      vireo.node.eligible.v1         R      W         -       R        -       - - -
      vireo.node.requests.v1         R      -         -       RW       -       - - -
      vireo.vmi.ended.v1             R      W         -       R        -       - - -
      vireo.vmi.events.v1            -      W         -       R        R       - - -
      vireo.vm.events.v1             -      W         -       R        R       - - -
      vireo.deadletter.v1            W      W         W       R        R       - - -
      vireo.ingest.incarnation.v1    RW     -         -       R        -       - - -
      vireo.node.a.commands.v1       -      WC        -       R        -       R - -
      vireo.node.a.reports.v1        R      C         -       R        -       W - -
      vireo.node.b.commands.v1       -      WC        -       R        -       - R -
      vireo.node.b.reports.v1        R      C         -       R        -       - W -
      vireo.scheduler-vmis-changelog -      RWC       -       R        -       - - -
      payroll.v1                     -      -         -       -        -       - - -
      """;

  /** R: may join and commit. */
  private static final String GROUPS =
      """
      group                  ingest scheduler cluster operator auditor a b stranger
      vireo.ingest           R      -         -       -        -       - - -
      vireo.scheduler        -      R         -       -        -       - - -
      vireo.dispatcher       -      R         -       -        -       - - -
      vireo.cluster-executor -      -         R       -        -       - - -
      vireo.node.a           -      -         -       -        -       - - -
      audit-report           -      -         -       -        R       - - -
      payroll                -      -         -       -        -       - - -
      """;

  /** W: may begin a transaction, and so end another's. */
  private static final String TRANSACTIONAL_IDS =
      """
      id                   ingest scheduler cluster operator auditor a b stranger
      vireo.scheduler-0a-1 -      W         -       -        -       - - -
      vireo.ingest         -      -         -       -        -       - - -
      vireo.node.a         -      -         -       -        -       - - -
      """;

  @TempDir private static Path folder;
  private static Broker broker;

  @BeforeAll
  static void startWithEveryTopic() throws Exception {
    broker = Broker.start(folder);
    makeTheRest();
  }

  /** What is not there from the start is made by the one who makes it in a stack. */
  private static void makeTheRest() throws Exception {
    try (Admin scheduler = broker.admin("scheduler");
        Admin admin = broker.admin(KafkaUsers.ADMIN)) {
      TopicCreation.ensure(
          scheduler,
          List.of(
              Topics.nodeCommands("a"),
              Topics.nodeReports("a"),
              Topics.nodeCommands("b"),
              Topics.nodeReports("b")),
          1,
          (short) 1);
      Broker.get(scheduler.createTopics(List.of(new NewTopic(CHANGELOG, 2, (short) 1))).all());
      Broker.get(admin.createTopics(List.of(new NewTopic(FOREIGN, 1, (short) 1))).all());
      broker.users().create(List.of("stranger"));
      Broker.get(
          admin
              .alterUserScramCredentials(
                  List.of(
                      new UserScramCredentialUpsertion(
                          "stranger",
                          new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096),
                          broker.users().password("stranger"))))
              .all());
    }
  }

  @AfterAll
  static void stop() throws Exception {
    broker.close();
  }

  @Test
  @Order(1)
  void shouldGiveExactlyTheseRightsOnTopics() throws Exception {
    assertThat(topicsAsTheBrokerSays()).isEqualTo(table(TOPICS));
  }

  @Test
  @Order(1)
  void shouldHaveEveryStaticTopicInTheTable() {
    assertThat(table(TOPICS).keySet())
        .containsAll(Topics.all().stream().map(topic -> topic.name()).toList());
  }

  @Test
  @Order(1)
  void shouldGiveExactlyTheseRightsOnGroups() throws Exception {
    TopicPartition readByTheAuditor = new TopicPartition(Topics.VMI_EVENTS.name(), 0);
    Map<String, List<String>> found = new TreeMap<>();
    for (String user : USERS) {
      try (Admin admin = broker.admin(user)) {
        for (String group : table(GROUPS).keySet()) {
          Throwable refusal =
              refusal(
                  admin
                      .alterConsumerGroupOffsets(
                          group, Map.of(readByTheAuditor, new OffsetAndMetadata(0)))
                      .partitionResult(readByTheAuditor));
          // A group's member who may not read this topic is refused for the topic.
          boolean member = refusal == null || refusal instanceof TopicAuthorizationException;
          if (!member) {
            assertThat(refusal).isInstanceOf(GroupAuthorizationException.class);
          }
          found.computeIfAbsent(group, name -> new ArrayList<>()).add(member ? "R" : "-");
        }
      }
    }
    assertThat(found).isEqualTo(table(GROUPS));
  }

  @Test
  @Order(1)
  void shouldGiveExactlyTheseRightsOnTransactionalIds() throws Exception {
    Map<String, List<String>> found = new TreeMap<>();
    for (String user : USERS) {
      try (Admin admin = broker.admin(user)) {
        for (String id : table(TRANSACTIONAL_IDS).keySet()) {
          Throwable refusal = refusal(admin.fenceProducers(List.of(id)).all());
          if (refusal != null) {
            assertThat(refusal).isInstanceOf(TransactionalIdAuthorizationException.class);
          }
          found.computeIfAbsent(id, name -> new ArrayList<>()).add(refusal == null ? "W" : "-");
        }
      }
    }
    assertThat(found).isEqualTo(table(TRANSACTIONAL_IDS));
  }

  @Test
  @Order(1)
  void shouldGiveNobodyRightsOnTheCluster() throws Exception {
    for (String user : USERS) {
      try (Admin admin = broker.admin(user)) {
        assertThat(
                Broker.get(
                    admin
                        .describeCluster(
                            new DescribeClusterOptions().includeAuthorizedOperations(true))
                        .authorizedOperations()))
            .as(user)
            .isEmpty();
      }
    }
  }

  @Test
  @Order(1)
  void shouldLetNobodyInWithoutAName() throws Exception {
    for (String address : List.of("bootstrap.servers", "bootstrap.controllers")) {
      Map<String, Object> settings = new HashMap<>();
      settings.put(
          address,
          address.equals("bootstrap.servers") ? broker.bootstrapServers() : broker.controllers());
      settings.put("default.api.timeout.ms", 1_500);
      settings.put("request.timeout.ms", 1_000);
      try (Admin nobody = Admin.create(settings)) {
        assertThat(refusal(nobody.describeCluster().nodes())).as(address).isNotNull();
      }
    }
  }

  @Test
  @Order(1)
  void shouldKeepKnownUsersOffTheController() throws Exception {
    for (String mechanism : List.of("SCRAM-SHA-512", "PLAIN")) {
      Map<String, Object> settings = new HashMap<>(broker.connection("operator").clientSettings());
      settings.remove("bootstrap.servers");
      settings.put("bootstrap.controllers", broker.controllers());
      settings.put("sasl.mechanism", mechanism);
      settings.computeIfPresent(
          "sasl.jaas.config",
          (key, login) ->
              mechanism.equals("PLAIN")
                  ? login.toString().replace("scram.Scram", "plain.Plain")
                  : login);
      settings.put("default.api.timeout.ms", 5_000);
      settings.put("request.timeout.ms", 5_000);
      try (Admin admin = Admin.create(settings)) {
        assertThat(refusal(admin.describeMetadataQuorum().quorumInfo()))
            .as(mechanism)
            .isInstanceOf(org.apache.kafka.common.errors.AuthenticationException.class);
      }
    }
  }

  @Test
  @Order(1)
  void shouldLetForeignToolsReadTheRecord() throws Exception {
    Path java = folder.resolve("kafka.properties");
    Path librdkafka = folder.resolve("kcat.conf");
    KafkaClientFiles.writeJava(java, broker.bootstrapServers(), broker.users());
    KafkaClientFiles.writeLibrdkafka(librdkafka, broker.bootstrapServers(), broker.users());

    for (Path file : List.of(java, librdkafka)) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
    }
    assertThat(properties(librdkafka))
        .containsEntry("bootstrap.servers", broker.bootstrapServers())
        .containsEntry("sasl.username", "auditor")
        .containsEntry("sasl.password", broker.users().password("auditor"));
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            properties(java), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.subscribe(List.of(Topics.VMI_EVENTS.name()));
      consumer.poll(Duration.ofSeconds(1));
      consumer.commitSync(
          Map.of(new TopicPartition(Topics.VMI_EVENTS.name(), 0), new OffsetAndMetadata(0)));
    }
  }

  private static Properties properties(Path file) throws Exception {
    Properties properties = new Properties();
    try (var reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    return properties;
  }

  @Test
  @Order(2)
  void shouldRemoveWhatIsNotInTheTableWhenItStarts() throws Exception {
    AclBinding surplus =
        new AclBinding(
            new ResourcePattern(ResourceType.TOPIC, "vireo.", PatternType.PREFIXED),
            new AccessControlEntry("User:node-a", "*", AclOperation.READ, AclPermissionType.ALLOW));
    try (Admin admin = broker.admin(KafkaUsers.ADMIN)) {
      Broker.get(admin.createAcls(List.of(surplus)).all());
    }

    broker.close();
    broker.start();

    try (Admin admin = broker.admin(KafkaUsers.ADMIN)) {
      assertThat(Broker.get(admin.describeAcls(AclBindingFilter.ANY).values()))
          .isNotEmpty()
          .doesNotContain(surplus);
      assertThat(Broker.get(admin.describeUserScramCredentials().all()).keySet())
          .contains("admin", "node-a")
          .doesNotContain("stranger");
    }
  }

  @Test
  @Order(3)
  void shouldComeBackCompleteWithoutItsDisk() throws Exception {
    KafkaConnection before = broker.connection("operator");
    broker.close();
    FolderRemoval.remove(broker.log());

    broker.start();
    makeTheRest();

    assertThat(broker.connection("operator")).isEqualTo(before);
    assertThat(topicsAsTheBrokerSays()).isEqualTo(table(TOPICS));
    try (Admin operator = broker.admin("operator")) {
      assertThat(
              Broker.get(
                      operator.describeTopics(List.of(Topics.VMI_DESIRED.name())).allTopicNames())
                  .get(Topics.VMI_DESIRED.name())
                  .partitions())
          .hasSize(2);
    }
  }

  @Test
  @Order(4)
  void shouldLogNoPasswordAndKeepEachPrivate() throws Exception {
    broker.close();
    ListAppender<ILoggingEvent> events = new ListAppender<>();
    events.start();
    // At INFO Kafka tells all its settings.
    List<Logger> loggers =
        Stream.of("org.apache.kafka", "kafka")
            .map(name -> (Logger) LoggerFactory.getLogger(name))
            .toList();
    loggers.forEach(logger -> logger.addAppender(events));
    loggers.forEach(logger -> logger.setLevel(Level.INFO));
    loggers.forEach(logger -> logger.setAdditive(false));
    try {
      broker.start();
    } finally {
      loggers.forEach(logger -> logger.setAdditive(true));
      loggers.forEach(logger -> logger.setLevel(Level.WARN));
      loggers.forEach(logger -> logger.detachAppender(events));
    }

    String log =
        events.list.stream()
            .map(ILoggingEvent::getFormattedMessage)
            .collect(Collectors.joining("\n"));
    assertThat(log).contains("super.users=User:admin", "sasl.jaas.config = [hidden]");
    try (Stream<Path> files = Files.list(broker.users().folder())) {
      for (Path file : files.toList()) {
        assertThat(log).doesNotContain(Files.readString(file));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
            .isEqualTo("rw-------");
      }
    }
  }

  private static Map<String, List<String>> topicsAsTheBrokerSays() throws Exception {
    Collection<String> topics = table(TOPICS).keySet();
    Map<String, List<String>> found = new TreeMap<>();
    for (String user : USERS) {
      try (Admin admin = broker.admin(user)) {
        Map<String, KafkaFuture<TopicDescription>> answers =
            admin
                .describeTopics(
                    topics, new DescribeTopicsOptions().includeAuthorizedOperations(true))
                .topicNameValues();
        for (String topic : topics) {
          found.computeIfAbsent(topic, name -> new ArrayList<>()).add(letters(answers.get(topic)));
        }
      }
    }
    return found;
  }

  private static String letters(KafkaFuture<TopicDescription> answer) throws Exception {
    Throwable refusal = refusal(answer);
    if (refusal != null) {
      assertThat(refusal).isInstanceOf(TopicAuthorizationException.class);
      return "-";
    }
    Set<AclOperation> allowed = answer.get().authorizedOperations();
    StringBuilder letters = new StringBuilder();
    Map<AclOperation, String> named =
        Map.of(
            AclOperation.READ, "R",
            AclOperation.WRITE, "W",
            AclOperation.CREATE, "C",
            AclOperation.DELETE, "D",
            AclOperation.ALTER_CONFIGS, "A",
            AclOperation.ALTER, "L");
    for (AclOperation operation :
        List.of(
            AclOperation.READ,
            AclOperation.WRITE,
            AclOperation.CREATE,
            AclOperation.DELETE,
            AclOperation.ALTER_CONFIGS,
            AclOperation.ALTER)) {
      if (allowed.contains(operation)) {
        letters.append(named.get(operation));
      }
    }
    return letters.isEmpty() ? "-" : letters.toString();
  }

  private static Throwable refusal(KafkaFuture<?> answer) throws Exception {
    try {
      Broker.get(answer);
      return null;
    } catch (ExecutionException e) {
      return e.getCause();
    }
  }

  /** By the first column, in the order of the columns. */
  private static Map<String, List<String>> table(String text) {
    Map<String, List<String>> rows = new TreeMap<>();
    text.lines()
        .skip(1)
        .map(line -> Arrays.asList(line.strip().split(" +", -1)))
        .forEach(cells -> rows.put(cells.getFirst(), cells.subList(1, cells.size())));
    rows.values().forEach(cells -> assertThat(cells).hasSize(USERS.size()));
    return rows;
  }
}
