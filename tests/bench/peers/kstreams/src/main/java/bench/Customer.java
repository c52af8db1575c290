package bench;

import java.util.ArrayList;
import java.util.List;

/** A customer's state and the next order in, the moves it leads to out; the fields are the row of the store. */
public final class Customer {
  public long orders;
  public long spentMinor;
  public long last;
  public String segment;

  /** Take an order: the moves that were due before it, then its own. */
  List<Move> order(Order order) {
    List<Move> moves = new ArrayList<>(2);
    if (orders > 0) {
      decay(order, moves);
    }
    orders++;
    spentMinor += order.total().amountMinor();
    last = order.occurredAt();
    move(Rule.segmentOf(0, orders, spentMinor), last, order, moves);
    return moves;
  }

  private void decay(Order order, List<Move> moves) {
    for (long bound : Rule.WITHIN_MS) {
      long at = last + bound + 1;
      if (at < order.occurredAt()) {
        move(Rule.segmentOf(bound + 1, orders, spentMinor), at, order, moves);
      }
    }
  }

  private void move(String target, long at, Order order, List<Move> moves) {
    if (!target.equals(segment)) {
      Move.Cause cause = new Move.Cause("order", order.eventId());
      moves.add(new Move(order.customerId(), segment, target, Rule.direction(segment, target), cause, at));
      segment = target;
    }
  }
}
