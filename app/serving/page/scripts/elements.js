// Names, attributes and children in, elements out. Text only ever becomes a text node: nothing that came from a
// customer can be read as markup.

const SVG = "http://www.w3.org/2000/svg";

/** Make an HTML element; strings and numbers among the children become text, null is left out. */
export function element(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

/** Make an SVG element, in the same way. */
export function drawn(name, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

/** Put children in the place of whatever an element holds; whoever had come to one of them by keys stays there. */
export function fill(parent, ...children) {
  const active = document.activeElement;
  const held = active !== parent && parent.contains(active) ? active : null;
  parent.replaceChildren(...nodes(children));
  if (held === null) return;
  const alike = [...parent.querySelectorAll(held.tagName)].find((made) => made.textContent === held.textContent);
  alike?.focus({ preventScroll: true });
}

/** Text that only a screen reader says. */
export function said(text) {
  return element("span", { class: "said" }, text);
}

/** The element of an id, which must be there. */
export function byId(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`no element #${id}`);
  return found;
}

function filled(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== null && value !== false && value !== undefined) made.setAttribute(name, String(value));
  }
  made.append(...nodes(children));
  return made;
}

function nodes(children) {
  return children
    .flat(Infinity)
    .filter((child) => child !== null && child !== undefined)
    .map((child) => (child instanceof Node ? child : document.createTextNode(String(child))));
}
