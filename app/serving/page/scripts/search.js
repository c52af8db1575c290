// What somebody types in, customers whose id begins with it out, and the one that is asked for opened.

import { read } from "./api.js";
import { byId, element, fill } from "./elements.js";
import { number } from "./words.js";

const WAIT_MS = 120;
const FOUND = 10;

/** The search field; `open(id)` is called with what was asked for. `/` leads to it from anywhere. */
export class Search {
  #timer = null;
  #typed = "";

  constructor(open) {
    this.open = open;
    this.field = byId("search");
    byId("search-form").addEventListener("submit", (event) => this.#submit(event));
    this.field.addEventListener("input", () => this.#later());
    document.addEventListener("keydown", (event) => this.#hotkey(event));
  }

  #submit(event) {
    event.preventDefault();
    const id = this.field.value.trim();
    if (id !== "") this.open(id);
  }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#suggest(this.field.value.trim()), WAIT_MS);
  }

  async #suggest(prefix) {
    this.#typed = prefix;
    if (prefix === "") return fill(byId("search-found"));
    const found = await read("/v1/customers", { prefix, limit: FOUND }).catch(() => null);
    if (found === null || this.#typed !== prefix) return;
    fill(
      byId("search-found"),
      found.customers.map(({ customer_id: id }) => element("option", { value: id })),
    );
    fill(byId("search-said"), `${number(found.customers.length)} found`);
  }

  #hotkey(event) {
    const typing = event.target.closest?.("input, select, textarea, dialog") ?? null;
    if (event.key !== "/" || typing !== null || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.field.focus();
  }
}
