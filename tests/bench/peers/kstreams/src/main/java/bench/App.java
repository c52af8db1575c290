package bench;

import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.Stores;

/** The job in Kafka Streams: the Processor API, a RocksDB store with its changelog, defaults unless BENCH_QUICK. */
public final class App {
  private static final Map<String, String> ENVIRONMENT = System.getenv();

  private App() {}

  public static void main(String[] arguments) {
    KafkaStreams streams = new KafkaStreams(topology(), settings());
    // Left is left: a worker that comes back need not wait until the broker has given up its former self.
    CloseOptions leaving =
        CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
            .withTimeout(Duration.ofSeconds(15));
    Runtime.getRuntime().addShutdownHook(new Thread(() -> streams.close(leaving)));
    streams.start();
  }

  private static Topology topology() {
    var store = Stores.persistentKeyValueStore(Transitions.STORE);
    var customers = Stores.keyValueStoreBuilder(store, Serdes.String(), Json.of(Customer.class));
    return new Topology()
        .addSource("orders", new StringDeserializer(), Json.of(Order.class).deserializer(), told("ORDERS"))
        .addProcessor("transitions", Transitions::new, "orders")
        .addStateStore(customers, "transitions")
        .addSink("moves", told("TRANSITIONS"), new StringSerializer(), Json.of(Move.class).serializer(), "transitions");
  }

  private static Properties settings() {
    boolean exactly = told("GUARANTEE").equals("exactly once");
    Properties settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, told("APP_ID"));
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, told("BOOTSTRAP"));
    settings.put(StreamsConfig.STATE_DIR_CONFIG, told("DIRECTORY"));
    settings.put(
        StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
        exactly ? StreamsConfig.EXACTLY_ONCE_V2 : StreamsConfig.AT_LEAST_ONCE);
    if (told("QUICK").equals("yes")) {
      settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 20);
      settings.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 0);
    }
    return settings;
  }

  private static String told(String name) {
    return ENVIRONMENT.get("BENCH_" + name);
  }
}
