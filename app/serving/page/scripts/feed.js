// Moves as they are published in, the newest of them on top out, at most once a second and not while it is paused.

import { byId, element, fill, said } from "./elements.js";
import { happened, led, sign } from "./moves.js";
import { counted, instant } from "./words.js";

const KEPT = 40;
const REDRAW_MS = 250;

/** The live feed; `open(id)` is called for a customer that somebody picks. */
export class Feed {
  #newest = [];
  #paused = false;
  #drawing = null;
  #heard = 0;

  constructor(segments, open) {
    this.segments = segments;
    this.open = open;
    byId("feed-pause").addEventListener("click", (event) => this.#pause(event.currentTarget));
  }

  /** Take one event of the stream; one may come twice when the line comes back. */
  take(name, move) {
    if (this.#newest.some((kept) => sameEvent(kept.move, move))) return;
    this.#heard += 1;
    this.#newest = [{ name, move }, ...this.#newest].slice(0, KEPT);
    this.#drawing ??= setTimeout(() => this.#draw(), REDRAW_MS);
  }

  #pause(button) {
    this.#paused = !this.#paused;
    button.setAttribute("aria-pressed", String(this.#paused));
    fill(button, this.#paused ? "Go on" : "Pause");
    this.#draw();
  }

  #draw() {
    this.#drawing = null;
    fill(byId("feed-count"), `${counted(this.#heard, "move")} since this page was opened`);
    if (this.#paused || this.#newest.length === 0) return;
    fill(
      byId("feed"),
      this.#newest.map(({ name, move }) => this.#entry(name, move)),
    );
  }

  #entry(name, move) {
    const taken = name === "segment.retracted";
    const kind = taken ? "level" : (move.direction ?? "level");
    return element(
      "li",
      { class: kind },
      element("span", { class: "sign", "aria-hidden": "true" }, taken ? "↶" : sign(kind)),
      element(
        "p",
        {},
        element(
          "button",
          { type: "button", class: "link id", click: () => this.open(move.customer_id) },
          move.customer_id,
        ),
        " ",
        taken ? this.#retracted(move) : `${happened(move, this.segments().currency)} and ${led(move, this.segments())}`,
        move.late ? said(" (known late)") : null,
        element("time", { datetime: new Date(move.effective_at).toISOString() }, instant(move.effective_at)),
      ),
    );
  }

  #retracted(move) {
    const segments = this.segments();
    return `a late fact took back the move from ${segments.label(move.from)} to ${segments.label(move.to)}`;
  }
}

function sameEvent(one, other) {
  return one.customer_id === other.customer_id && one.sequence === other.sequence;
}
