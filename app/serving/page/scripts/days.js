// Buttons and a date field in, the days that the page shows out.

import { byId, fill } from "./elements.js";
import { addDays, dayName, daysFromTo } from "./words.js";

const MOST = 1100;

/** The first of all days that the API counts at once. */
export function farthest(first, newest) {
  const from = addDays(newest, 1 - MOST);
  return from < first ? first : from;
}

/** The days that are shown: `from` to `to`, both included; follows the newest day until somebody chooses one. */
export class Days {
  #first = null;
  #newest = null;
  #chosen = null;
  #span = "1";
  #today = null;

  /** `changed()` is called when somebody chooses other days. */
  constructor(changed) {
    this.changed = changed;
    byId("day").addEventListener("change", (event) => event.target.value && this.#choose(event.target.value));
    byId("day-before").addEventListener("click", () => this.#choose(addDays(this.to, -this.#step())));
    byId("day-after").addEventListener("click", () => this.#choose(addDays(this.to, this.#step())));
    for (const radio of document.querySelectorAll('input[name="span"]')) {
      radio.addEventListener("change", () => this.#widen(radio.value));
    }
  }

  get to() {
    return this.#span === "all" ? this.#newest : (this.#chosen ?? this.#newest);
  }

  get from() {
    if (this.#span === "all") return farthest(this.#first, this.#newest);
    const from = addDays(this.to, 1 - Number(this.#span));
    return from < this.#first ? this.#first : from;
  }

  /** Whether there is any day with a move yet. */
  get known() {
    return this.#newest !== null;
  }

  /** Take what the API says of the days that there are. */
  reach(first, newest) {
    this.#first = first;
    this.#newest = newest;
    this.#show();
  }

  /** Take the day up to which everything was read: a newest day that is another is said not to be today. */
  today(day) {
    if (day === this.#today) return;
    this.#today = day;
    this.#show();
  }

  #step() {
    return this.#span === "all" ? 1 : Number(this.#span);
  }

  #choose(day) {
    const within = day < this.#first ? this.#first : day > this.#newest ? this.#newest : day;
    this.#chosen = within === this.#newest ? null : within;
    this.#show();
    this.changed();
  }

  #widen(span) {
    this.#span = span;
    this.#show();
    this.changed();
  }

  #show() {
    if (!this.known) {
      fill(byId("shown-days"), "Nobody yet");
      byId("not-today").hidden = true;
      return;
    }
    const field = byId("day");
    Object.assign(field, { min: this.#first, max: this.#newest, value: this.to });
    const all = this.#span === "all";
    field.disabled = all;
    byId("day-before").disabled = all || this.from <= this.#first;
    byId("day-after").disabled = all || this.to >= this.#newest;
    fill(byId("shown-days"), this.from === this.to ? dayName(this.to) : daysFromTo(this.from, this.to));
    this.#sayIfNotToday();
  }
  #sayIfNotToday() {
    const quiet = this.#today !== null && this.to === this.#newest && this.#newest < this.#today;
    byId("not-today").hidden = !quiet;
    if (quiet) fill(byId("not-today"), `The newest day with a move. Nobody has moved today, ${dayName(this.#today)}.`);
  }
}
