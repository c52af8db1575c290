// A published move in, plain sentences out: what happened, and where it led.

import { counted, elapsed, money } from "./words.js";

const SIGNS = { up: "↑", down: "↓", lateral: "→", entry: "+", exit: "×" };
const VERBS = { up: "rose", down: "fell", lateral: "moved" };

/** The sign of a direction; screen readers are told the word beside it. */
export const sign = (direction) => SIGNS[direction] ?? "·";

/** "bought (5 orders worth 168.50 so far)": the reason, as a part of a sentence. */
export function happened(move, currency) {
  const held = move.cause.due === "dwell" && move.cause.type !== "decay" ? ", and had stayed long enough since" : "";
  return (REASONS[move.cause.type]?.(move, currency) ?? move.cause.type) + held;
}

/** "rose from Loyal to Champions". */
export function led(move, segments) {
  if (move.direction === "entry") return `came in as ${segments.label(move.to)}`;
  if (move.direction === "exit") return `left ${segments.label(move.from)}`;
  return `${VERBS[move.direction] ?? "moved"} from ${segments.label(move.from)} to ${segments.label(move.to)}`;
}

/** "Fact: order o-17": what brought a move about, as far as it is published; the fact itself is not. */
export function fact({ cause: { type, event_id: id, due } }) {
  const earlier = due === "dwell" && type !== "decay" ? ", before that instant" : "";
  return (UNCAUSED[type] ?? `Fact: ${type}${id ? ` ${id}` : ""}`) + earlier;
}

const UNCAUSED = {
  decay: "No fact: time alone",
  drift: "No fact: new cut points",
  policy: "No fact: a new policy",
};

const REASONS = {
  order: ({ after }, currency) =>
    after
      ? `bought (${counted(after.frequency, "order")} worth ${money(after.monetary_minor, currency)} so far)`
      : "bought",
  refund: ({ before, after }, currency) =>
    after
      ? `got money back (spending went from ${money(before.monetary_minor, currency)} to ${money(after.monetary_minor, currency)})`
      : "got money back",
  cancellation: () => "cancelled an order",
  engagement: () => "got in touch",
  decay: ({ cause, after }) => AGES[cause.due]?.(after ?? {}) ?? "time passed",
  drift: () => "was measured by new cut points",
  policy: () => "was placed by a new policy",
  erasure: () => "was erased",
};

const AGES = {
  recency: ({ recency_ms: age }) => (age ? `had not bought for ${elapsed(age)}` : "had not bought for too long"),
  window: () => "had an order or refund that stopped counting",
  tenure: ({ tenure_ms: age }) => (age ? `had been a customer for ${elapsed(age)}` : "had been a customer long enough"),
  engaged: () => "had not been in touch for too long",
  dwell: () => "had stayed for the least time",
};
