package org.millrace.broker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.qpid.server.model.BrokerModel;

/** What Qpid is told: one port, two accounts, one store, and nothing else. */
final class QpidSettings {
  private static final ObjectMapper JSON = new ObjectMapper();
  private final EmbeddedConfig config;
  private final String ownPassword;

  QpidSettings(EmbeddedConfig config, String ownPassword) {
    this.config = config;
    this.ownPassword = ownPassword;
  }

  /** Limits, and the size of its pools: made for some hundred workers, not for thousands. */
  Map<String, String> context(Path work) {
    var context = new HashMap<String, String>();
    context.put("qpid.work_dir", work.toString());
    // Workers declare x-max-priority, which Qpid has no name for (contracts/dane.md 3.2).
    context.put("queue.behaviourOnUnknownDeclareArgument", "IGNORE");
    context.put("qpid.max_message_size", String.valueOf(EmbeddedBroker.LONGEST_MESSAGE));
    // What RabbitMQ proposes, and so what workers that name none have known until now.
    context.put("qpid.port.heartbeatDelay", "60");
    // A worker on a busy machine may take its time between connecting and its first word.
    context.put("qpid.port.protocol_handshake_timeout", "10000");
    context.put("qpid.port.max_open_connections", "2000");
    context.put("qpid.port.amqp.threadPool.size", "2");
    context.put("qpid.port.amqp.threadPool.numberOfSelectors", "1");
    context.put("virtualhost.connectionThreadPool.size", "8");
    context.put("virtualhost.connectionThreadPool.numberOfSelectors", "1");
    context.put("virtualhost.housekeepingThreadCount", "1");
    context.put("virtualhost.statisticsReportingPeriod", "0");
    context.put("broker.statisticsReportingPeriod", "0");
    context.put("qpid.broker.networkBufferSize", "65536");
    context.put("broker.directByteBufferPoolSize", "128");
    // Bodies of messages above this many bytes in all stay on the disk until a worker wants them.
    context.put("broker.flowToDiskThreshold", String.valueOf(32L << 20));
    return context;
  }

  /** The whole configuration, made anew at each start; only queues and messages are kept. */
  String initialConfiguration(Path store) {
    return json(
        Map.of(
            "name",
            "millrace",
            "modelVersion",
            BrokerModel.MODEL_VERSION,
            "authenticationproviders",
            List.of(
                Map.of(
                    "name",
                    "accounts",
                    "type",
                    "Plain",
                    "secureOnlyMechanisms",
                    List.of(), // workers know PLAIN alone, and come without TLS
                    "users",
                    List.of(
                        user(EmbeddedBroker.OWN_USER, ownPassword),
                        user(config.worker().user(), config.worker().password())))),
            "accesscontrolproviders",
            List.of(Map.of("name", "rights", "type", "RuleBased", "priority", 1, "rules", rules())),
            "ports",
            List.of(
                Map.of(
                    "name",
                    "AMQP",
                    "port",
                    config.port(),
                    "bindingAddress",
                    config.address(),
                    "protocols",
                    List.of("AMQP_0_9_1"),
                    "authenticationProvider",
                    "accounts",
                    "virtualhostaliases",
                    List.of(Map.of("name", "defaultAlias", "type", "defaultAlias")))),
            "virtualhostnodes",
            List.of(
                Map.of(
                    "name",
                    "workers",
                    "type",
                    "DERBY",
                    "storePath",
                    store.toString(),
                    "defaultVirtualHostNode",
                    true,
                    "virtualHostInitialConfiguration",
                    json(Map.of("type", "ProvidedStore", "name", "workers"))))));
  }

  private static Map<String, Object> user(String name, String password) {
    return Map.of("name", name, "type", "managed", "password", password);
  }

  private List<Map<String, Object>> rules() {
    String worker = config.worker().user();
    String answers = config.answerQueue();
    var rules = new ArrayList<Map<String, Object>>();
    rules.add(rule("ALLOW", EmbeddedBroker.OWN_USER, "ALL", "ALL", Map.of()));
    rules.add(rule("ALLOW", worker, "VIRTUALHOST", "ACCESS", Map.of()));
    rules.add(rule("DENY", worker, "QUEUE", "CONSUME", Map.of("NAME", answers)));
    rules.add(rule("ALLOW", worker, "QUEUE", "CONSUME", Map.of()));
    rules.add(rule("ALLOW", worker, "QUEUE", "CREATE", Map.of()));
    // Qpid 10.1 asks nobody when a queue is bound over AMQP 0-9-1; a later one may.
    rules.add(rule("DENY", worker, "EXCHANGE", "BIND", Map.of("QUEUE_NAME", answers)));
    for (String exchange : config.exchanges()) {
      for (String operation : List.of("CREATE", "BIND", "UNBIND", "PUBLISH")) {
        rules.add(rule("ALLOW", worker, "EXCHANGE", operation, Map.of("NAME", exchange)));
      }
    }
    // Also to queues by name: a worker answers where its message says, and a broker that closed on
    // one that names an old queue would give the same message to the next worker, and so to all.
    // The exchange without a name is any exchange in Qpid's eyes, so the others are shut before.
    rules.add(rule("DENY", worker, "EXCHANGE", "PUBLISH", Map.of("NAME", "amq.*")));
    rules.add(rule("ALLOW", worker, "EXCHANGE", "PUBLISH", Map.of("NAME", "")));
    rules.add(rule("DENY", "ALL", "ALL", "ALL", Map.of()));
    return rules;
  }

  private static Map<String, Object> rule(
      String outcome, String who, String what, String operation, Map<String, String> where) {
    return Map.of(
        "outcome", outcome,
        "identity", who,
        "objectType", what,
        "operation", operation,
        "attributes", where);
  }

  private static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("maps of texts are JSON", impossible);
    }
  }
}
