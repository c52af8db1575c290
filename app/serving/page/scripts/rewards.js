// Rewards of the shown days in, a table by rule out; and those of one customer, a list.

import { byId, element, fill } from "./elements.js";
import { date, named, number } from "./words.js";

/** Write what was granted and withheld. */
export function showRewards({ rules }) {
  byId("rewards-none").hidden = rules.length > 0;
  byId("rewards-table").hidden = rules.length === 0;
  fill(
    byId("rewards"),
    rules.map(({ rule, granted, withheld, points }) =>
      element(
        "tr",
        { "data-rule": rule },
        element("th", { scope: "row" }, named(rule)),
        element("td", {}, number(granted)),
        element("td", {}, points > 0 ? number(points) : "·"),
        element("td", {}, reasons(withheld)),
      ),
    ),
  );
}

/** One customer's rewards, the newest first. */
export function given(rewards) {
  return element(
    "ul",
    { class: "given" },
    rewards.map(({ type, rule, give, reason, effective_at: at, expires_at: until }) =>
      element(
        "li",
        {},
        element("time", { datetime: new Date(at).toISOString() }, date(at)),
        element("b", {}, named(rule)),
        element(
          "span",
          {},
          type === "reward.granted" ? `${gift(give)}${until ? `, until ${date(until)}` : ""}` : `withheld: ${reason}`,
        ),
      ),
    ),
  );
}

function gift(give) {
  if (give === undefined) return "";
  if (give.kind === "points") return `${number(give.points)} points`;
  return [named(give.kind), give.sku ?? give.code ?? ""].filter(Boolean).join(" ");
}

function reasons(withheld) {
  const told = Object.entries(withheld).map(([reason, count]) => `${number(count)} by ${reason}`);
  return told.length > 0 ? told.join(", ") : "·";
}
