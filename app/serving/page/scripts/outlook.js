// A customer in, what comes next for her and what would lift her out, as far as published events know it.

import { element } from "./elements.js";
import { date, elapsed, number } from "./words.js";

const MEASURED = { r: "how long ago the last order was", f: "the number of orders", m: "what was spent" };
const WAYS = 3;

/** What comes next, and which ways up others have gone from where she stands (`ways`: moves of the whole history). */
export function showOutlook(customer, segments, ways) {
  return [
    element("h3", {}, "What comes next"),
    element("p", { id: "story-next" }, next(customer, segments)),
    held(customer, segments),
    element("h3", {}, "What would lift the customer"),
    lifts(customer, segments, ways),
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

function lifts(customer, segments, ways) {
  const { segment, rank } = customer;
  const best = segments.all[0]?.id;
  if (rank === 1 || segment === best) return element("p", {}, "Nothing: this is the best segment.");
  const up = ways
    .filter((way) => way.from === segment && way.direction === "up")
    .sort((one, other) => other.moves - one.moves);
  if (up.length === 0) return element("p", {}, "Nobody has risen from here yet.");
  return [
    element("p", {}, `${weakest(customer.scores)}From here others have risen:`),
    element(
      "ul",
      { class: "ways" },
      up.slice(0, WAYS).map((taken) => way(taken, segments)),
    ),
  ];
}

function way({ to, moves }, segments) {
  const dot = element("i", { class: `dot ${segments.paint(to)}`, "aria-hidden": "true" });
  return element("li", {}, dot, `to ${segments.label(to)} `, element("b", {}, `${number(moves)}×`));
}

/** Which score is the lowest: there is the most to win. Nothing where all are the same, or the policy has none. */
function weakest(scores) {
  const known = Object.entries(scores).filter(([, score]) => score !== null);
  const least = Math.min(...known.map(([, score]) => score));
  const low = known.filter(([, score]) => score === least);
  if (low.length === 0 || low.length === known.length) return "";
  return `Weakest: ${low.map(([name]) => MEASURED[name]).join(" and ")} (score ${number(least)}). `;
}
