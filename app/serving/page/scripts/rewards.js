// Rewards of the shown days in, a table by rule out; and those of one customer, a list.

import { byId, element, fill } from "./elements.js";
import { date, money, named, number } from "./words.js";

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

/** Write how budgets stand; money is in the currency of the policy, for none is published with it. */
export function showBudgets({ budgets }, currency) {
  byId("budgets-part").hidden = budgets.length === 0;
  fill(
    byId("budgets"),
    budgets.map(({ id, limit, unit, spent, withheld }) =>
      element(
        "tr",
        { "data-budget": id },
        element("th", { scope: "row" }, named(id)),
        element("td", {}, amount(spent, unit, currency)),
        element("td", {}, amount(limit, unit, currency)),
        element("td", {}, limit > 0 ? `${Math.floor((100 * spent) / limit)} %` : "·"),
        element("td", {}, withheld > 0 ? number(withheld) : "·"),
      ),
    ),
  );
}

const WORDS = {
  "reward.granted": ({ give, expires_at: until }) => gift(give) + (until ? `, until ${date(until)}` : ""),
  "reward.withheld": ({ reason }) => `withheld: ${reason}`,
  "reward.reminder": ({ points, expires_at: until }) => `reminded${ofPoints(points)}, until ${date(until)}`,
  "reward.expired": ({ points }) => `expired${ofPoints(points)}`,
  "reward.revoked": ({ points }) => `taken back${ofPoints(points)}`,
};

function ofPoints(points) {
  return points === null ? "" : `: ${number(points)} points`;
}

/** All that was told of one customer's rewards, the newest first. */
export function given(rewards) {
  return element(
    "ul",
    { class: "given" },
    rewards.map((told) =>
      element(
        "li",
        {},
        element("time", { datetime: new Date(told.effective_at).toISOString() }, date(told.effective_at)),
        element("b", {}, named(told.rule)),
        element("span", {}, WORDS[told.type](told)),
      ),
    ),
  );
}

function gift(give) {
  if (give === undefined) return "";
  if (give.kind === "points") return `${number(give.points)} points`;
  return [named(give.kind), give.sku ?? give.code ?? ""].filter(Boolean).join(" ");
}

function amount(value, unit, currency) {
  return unit === "grants" ? number(value) : money(value, currency);
}

function reasons(withheld) {
  const told = Object.entries(withheld).map(([reason, count]) => `${number(count)} by ${reason}`);
  return told.length > 0 ? told.join(", ") : "·";
}
