// One customer's id in, her story out: where she stands and why, what comes next, what she did and got.

import { read, Refused } from "./api.js";
import { byId, element, fill } from "./elements.js";
import { showOutlook } from "./outlook.js";
import { fact, happened, led, sign } from "./moves.js";
import { given } from "./rewards.js";
import { date, elapsed, instant, money, number } from "./words.js";

const ADDRESS = "#customer=";

/** The panel with one customer's story; its address can be kept and sent. */
export class Story {
  #asked = null;

  /** `segments()` gives those that there are, `waysOfAll()` promises the moves of the whole history. */
  constructor(segments, waysOfAll) {
    this.segments = segments;
    this.waysOfAll = waysOfAll;
    this.panel = byId("story");
    byId("story-close").addEventListener("click", () => this.panel.close());
    this.panel.addEventListener("click", (event) => event.target === this.panel && this.panel.close());
    this.panel.addEventListener("close", () => this.#closed());
    addEventListener("hashchange", () => this.byAddress());
  }

  /** Open the story of a customer; unknown ones are told of in the panel. */
  open(id) {
    const address = ADDRESS + encodeURIComponent(id);
    if (location.hash === address) this.#show(id);
    else location.hash = address;
  }

  /** Open whoever the address of the page names. */
  byAddress() {
    if (!location.hash.startsWith(ADDRESS)) return this.panel.close();
    try {
      this.#show(decodeURIComponent(location.hash.slice(ADDRESS.length)));
    } catch {
      history.replaceState(null, "", location.pathname); // an address that is no encoded text
    }
  }

  /** Load the story again if it is open and about this customer. */
  refresh(id) {
    if (this.panel.open && this.#asked === id) this.#load(id);
  }

  #show(id) {
    this.#asked = id;
    fill(byId("story-id"), id);
    fill(byId("story-body"), element("p", { class: "empty" }, "Loading …"));
    if (!this.panel.open) this.panel.showModal();
    this.#load(id);
  }

  #closed() {
    this.#asked = null;
    if (location.hash.startsWith(ADDRESS)) history.replaceState(null, "", location.pathname + location.search);
  }

  async #load(id) {
    const path = `/v1/customers/${encodeURIComponent(id)}`;
    try {
      const [customer, moves, rewards, { lifts }, ways] = await Promise.all([
        read(path),
        read(`${path}/transitions`, { limit: 50 }),
        read(`${path}/rewards`, { limit: 50 }),
        read(`${path}/lifts`),
        this.waysOfAll(),
      ]);
      if (this.#asked === id) this.#tell(customer, moves.transitions, rewards.rewards, lifts, ways);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (this.#asked === id) fill(byId("story-body"), element("p", { class: "empty", role: "status" }, error.message));
    }
  }

  #tell(customer, moves, rewards, lifts, ways) {
    const segments = this.segments();
    fill(
      byId("story-body"),
      standing(customer, segments),
      showOutlook(customer, segments, ways, lifts),
      element("h3", {}, "Measures"),
      measures(customer, segments.currency),
      element("h3", {}, "What happened"),
      timeline(moves, segments),
      element(
        "p",
        { class: "note" },
        "Each move names its fact. Facts themselves are not published: whoever may read the input topics has them by ",
        element("code", {}, "segue explain"),
        ".",
      ),
      rewards.length > 0 ? [element("h3", {}, "What was given"), given(rewards)] : null,
    );
  }
}

function standing(customer, segments) {
  const { segment, since, rank } = customer;
  return element(
    "p",
    { class: "badge-line" },
    element(
      "strong",
      { id: "story-segment", class: `badge ${segments.paint(segment)}` },
      segments.label(segment, "No segment"),
    ),
    rank === null ? null : ` rank ${number(rank)}`,
    since === null ? null : `, since ${date(since)}`,
  );
}

function measures({ measures: now, scores, points, cut_points_version: cuts, measured_at: at }, currency) {
  const score = (name) => (scores[name] === null ? null : element("span", { class: "score" }, `score ${scores[name]}`));
  const age = (ms) => (ms === null ? "–" : elapsed(ms));
  const rows = [
    ["Since the last order", age(now.recency_ms), score("r")],
    ["Orders", number(now.frequency), score("f")],
    ["Spent", money(now.monetary_minor, currency), score("m")],
    ["An order on average", now.average_order_minor === null ? "–" : money(now.average_order_minor, currency), null],
    ["Customer for", age(now.tenure_ms), null],
    ["Points", number(points), null],
  ];
  return [
    element(
      "dl",
      { class: "measures" },
      rows.map(([name, value, of]) => element("div", {}, element("dt", {}, name), element("dd", {}, value, of))),
    ),
    element("p", { class: "note" }, `Measured ${instant(at)}`, cuts > 0 ? `, by cut points ${number(cuts)}` : ""),
  ];
}

function timeline(moves, segments) {
  if (moves.length === 0) return element("p", { class: "empty" }, "No move has been published.");
  return element(
    "ol",
    { class: "timeline", id: "story-moves" },
    moves.map((move) => step(move, segments)),
  );
}

function step(move, segments) {
  const taken = move.type === "segment.retracted";
  const told = taken
    ? `A late fact took back the move from ${segments.label(move.from)} to ${segments.label(move.to)}.`
    : `${capital(happened(move, segments.currency))} and ${led(move, segments)}${move.late ? " (known late)" : ""}.`;
  return element(
    "li",
    { class: taken ? "level" : move.direction },
    element("span", { class: "sign", "aria-hidden": "true" }, taken ? "↶" : sign(move.direction)),
    element("time", { datetime: new Date(move.effective_at).toISOString() }, instant(move.effective_at)),
    element("p", {}, told, element("span", { class: "fact" }, fact(move))),
  );
}

function capital(text) {
  return text[0].toUpperCase() + text.slice(1);
}
