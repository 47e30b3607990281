/** What a click shows: fetched as JSON, written as text. */

import { fetchJson } from "./fetching.js";

export class Details {
  /** @type {HTMLElement | null} where the focus returns to */
  #from = null;

  /** @param {HTMLElement} map */
  constructor(map) {
    this.box = map.querySelector("[data-map-details]");
    this.box.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
  }

  /**
   * @param {string} address
   * @param {HTMLElement} [from] what was pressed, when by keyboard it gets the focus back
   */
  async open(address, from) {
    this.#from = from ?? null;
    const asked = (this.asked = Symbol(address));
    this.#write({ title: "Un momento…" });
    try {
      const body = await fetchJson(address);
      if (asked === this.asked) this.#write(body);
    } catch (error) {
      if (asked === this.asked) this.#write({ title: "No se pudo mostrar", lines: [error.message] });
    }
    if (from && asked === this.asked) this.box.focus();
  }

  close() {
    this.asked = null;
    this.box.hidden = true;
    this.box.replaceChildren();
    this.#from?.focus();
    this.#from = null;
  }

  #write({ title, lines = [], items = [], note = "" }) {
    const heading = element("h2", title);
    const close = element("button", "");
    close.type = "button";
    close.className = "btn-close";
    close.setAttribute("aria-label", "Cerrar los detalles");
    close.addEventListener("click", () => this.close());
    const list = element("ul", "");
    list.append(...items.map(itemLine));
    this.box.replaceChildren(close, heading, ...lines.map((line) => element("p", line)));
    if (items.length) this.box.append(list);
    if (note) this.box.append(element("p", note, "muted"));
    this.box.hidden = false;
  }
}

/** @param {string} tag @param {string} text @param {string} [className] */
function element(tag, text, className = "") {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

/** Only addresses within this site are followed. */
function itemLine({ label, href = "", text = "" }) {
  const line = document.createElement("li");
  const name = element(href.startsWith("/") && !href.startsWith("//") ? "a" : "strong", label);
  if (name instanceof HTMLAnchorElement) name.href = href;
  line.append(name, element("span", text));
  return line;
}
