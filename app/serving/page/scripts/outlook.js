// A customer in, what comes next for her and what would lift her out, as far as published events know it.

import { element } from "./elements.js";
import { counted, date, elapsed, money, number } from "./words.js";

const MEASURED = { r: "how long ago the last order was", f: "the number of orders", m: "what was spent" };
const WAYS = 3;

/**
 * What comes next, and what would lift her (`lifts`; null: not known). `ways`: the moves of the whole history, of which
 * those up from where she stands are told.
 */
export function showOutlook(customer, segments, ways, lifts) {
  return [
    element("h3", {}, "What comes next"),
    element("p", { id: "story-next" }, next(customer, segments)),
    held(customer, segments),
    element("h3", {}, "What would lift the customer"),
    lifting(customer, segments, ways, lifts),
  ];
}

function next({ next: due, rank, as_of: now }, segments) {
  if (due === null) return "Nothing: time alone does not move this customer.";
  const falls = due.to_rank !== null && rank !== null && due.to_rank > rank;
  const left = due.at - now;
  const when = left > 0 ? `${date(due.at)}, in ${elapsed(left)}` : date(due.at);
  return `${falls ? "Falls" : "Moves"} to ${segments.label(due.to)} on ${when}, unless something happens before.`;
}

function held({ due_segment: due, held_until: until }, segments) {
  if (until === null) return null;
  return element(
    "p",
    {},
    `The measures say ${segments.label(due)} already; the policy keeps the customer here until ${date(until)}.`,
  );
}

function lifting(customer, segments, ways, lifts) {
  const { segment, rank } = customer;
  if (rank === 1 || segment === segments.all[0]?.id) return element("p", {}, "Nothing: this is the best segment.");
  return [reckoned(lifts, segments), risen(customer, segments, ways)];
}

/** What the rules say, for the measures that are shown. */
function reckoned(lifts, segments) {
  if (lifts === null) return null;
  if (lifts.length === 0) return element("p", { id: "story-lifts" }, "No ten orders more would.");
  return element(
    "ul",
    { class: "ways", id: "story-lifts" },
    lifts.map((lift) =>
      element("li", {}, dot(lift.to, segments), `to ${segments.label(lift.to)} `, element("b", {}, worth(lift, segments))),
    ),
  );
}

function worth({ orders, least_minor: least, most_minor: most }, { currency }) {
  const more = counted(orders, "more order");
  const together = orders === 1 ? "worth" : "worth together";
  if (most === null) return least === 0 ? more : `${more} ${together} ${money(least, currency)} or more`;
  if (least === 0) return `${more} ${together} at most ${money(most, currency)}`;
  return `${more} ${together} ${money(least, currency)} to ${money(most, currency)}`;
}

function risen({ segment, scores }, segments, ways) {
  const up = ways
    .filter((way) => way.from === segment && way.direction === "up")
    .sort((one, other) => other.moves - one.moves);
  if (up.length === 0) return element("p", {}, "Nobody has risen from here yet.");
  return [
    element("p", {}, `${weakest(scores)}From here others have risen:`),
    element(
      "ul",
      { class: "ways" },
      up.slice(0, WAYS).map((taken) => way(taken, segments)),
    ),
  ];
}

function dot(segment, segments) {
  return element("i", { class: `dot ${segments.paint(segment)}`, "aria-hidden": "true" });
}

function way({ to, moves }, segments) {
  return element("li", {}, dot(to, segments), `to ${segments.label(to)} `, element("b", {}, `${number(moves)}×`));
}

/** Which score is the lowest: there is the most to win. Nothing where all are the same, or the policy has none. */
function weakest(scores) {
  const known = Object.entries(scores).filter(([, score]) => score !== null);
  const least = Math.min(...known.map(([, score]) => score));
  const low = known.filter(([, score]) => score === least);
  if (low.length === 0 || low.length === known.length) return "";
  return `Weakest: ${low.map(([name]) => MEASURED[name]).join(" and ")} (score ${number(least)}). `;
}
