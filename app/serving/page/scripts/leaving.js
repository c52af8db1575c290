// A segment in, who will leave it downward within two weeks if nothing happens out.

import { read, Refused } from "./api.js";
import { byId, element, fill } from "./elements.js";
import { date, elapsed, instantOf } from "./words.js";

const WITHIN = "14d";
const SHOWN = 9;
const DAY_MS = 86_400_000;

/** The list of those who are about to leave; `open(id)` is called for a customer that somebody picks. */
export class Leaving {
  #chosen = null;

  constructor(open) {
    this.open = open;
    this.choice = byId("leaving-of");
    this.choice.addEventListener("change", () => this.choose(this.choice.value));
  }

  /** Take the segments to choose from, and load what is chosen again. */
  async show(segments, newestDay) {
    this.segments = segments;
    this.counted = countedFrom(newestDay);
    this.#chosen ??= segments.all[0]?.id ?? null;
    this.#offer(segments.all);
    await this.#load();
  }

  /** Show another segment. */
  async choose(id) {
    this.#chosen = id;
    this.choice.value = id;
    await this.#load();
  }

  /** Offer other choices only if there are others: somebody may be choosing. */
  #offer(all) {
    if (
      all.length === this.choice.options.length &&
      all.every(({ id }, place) => this.choice.options[place].value === id)
    )
      return;
    fill(
      this.choice,
      all.map(({ id, label }) => element("option", { value: id, selected: id === this.#chosen }, label)),
    );
  }

  async #load() {
    const id = this.#chosen;
    if (id === null) return;
    try {
      const path = `/v1/segments/${encodeURIComponent(id)}/leaving`;
      const found = await read(path, { within: WITHIN, limit: SHOWN, at: this.counted });
      if (this.#chosen === id) this.#list(found);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (this.#chosen === id) fill(byId("leaving"), element("li", { class: "empty" }, error.message));
    }
  }

  #list({ customers, next_cursor: more }) {
    const entries = customers.map(({ customer_id: id, at, to }) =>
      element(
        "li",
        {},
        element("button", { type: "button", class: "link id", click: () => this.open(id) }, id),
        element("span", {}, `to ${this.segments.label(to)}`),
        element("time", { datetime: new Date(at).toISOString() }, date(at), this.#left(at)),
      ),
    );
    if (entries.length === 0) entries.push(element("li", { class: "empty" }, "Nobody within two weeks."));
    if (more !== null) entries.push(element("li", { class: "empty" }, "… and more"));
    fill(byId("leaving"), entries);
  }

  #left(at) {
    const now = this.counted ?? Date.now();
    return at > now ? `, in ${elapsed(at - now)}` : "";
  }
}

/** A replayed history has a time of its own: what is due counts from its newest day, not from today. */
function countedFrom(newestDay) {
  if (newestDay === null) return null;
  const end = instantOf(newestDay) + DAY_MS;
  return end < Date.now() - DAY_MS ? end : null;
}
