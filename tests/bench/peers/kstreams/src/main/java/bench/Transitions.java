package bench;

import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/** Orders in, changes of segment out, a row for every customer in the store. */
final class Transitions implements Processor<String, Order, String, Move> {
  static final String STORE = "customers";

  private ProcessorContext<String, Move> context;
  private KeyValueStore<String, Customer> customers;

  @Override
  public void init(ProcessorContext<String, Move> opened) {
    context = opened;
    customers = opened.getStateStore(STORE);
  }

  @Override
  public void process(Record<String, Order> placed) {
    Customer known = customers.get(placed.key());
    Customer customer = known == null ? new Customer() : known;
    var moves = customer.order(placed.value());
    customers.put(placed.key(), customer);
    for (Move move : moves) {
      context.forward(placed.withValue(move));
    }
  }
}
