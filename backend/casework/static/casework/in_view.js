/** The list of boletas beside the backlog map: what is in sight, row by row, tied to the points. */

import { dataAddress } from "../maps/address.js";
import { token } from "../maps/ground.js";
import { boxText } from "../maps/keep.js";

export class InView {
  #ring = null;
  /** The boleta whose row is to be shown as soon as it has come. */
  #sought = "";

  /**
   * @param {HTMLElement} panel
   * @param {import("../maps/map.js").Context} context
   * @param {() => void} changed called when another list has come
   */
  constructor(panel, context, changed) {
    this.panel = panel;
    this.context = context;
    panel.addEventListener("htmx:afterSettle", () => {
      this.#find();
      changed();
    });
    panel.addEventListener("mouseover", (event) => this.#mark(event.target));
    panel.addEventListener("focusin", (event) => this.#mark(event.target));
    panel.addEventListener("mouseleave", () => this.#mark(null));
    panel.addEventListener("focusout", () => this.#mark(null));
  }

  get total() {
    return Number(this.panel.querySelector("#a-la-vista")?.dataset.total ?? 0);
  }

  /** @param {string} [here] a boleta that has to be among the rows */
  refresh(here = "") {
    const filters = `${location.search}${here ? `${location.search ? "&" : "?"}here=${here}` : ""}`;
    const bbox = boxText(this.context.map).split(",").map(Number);
    const address = dataAddress(this.panel.dataset.inView, { filters, bbox });
    const asked = { source: this.panel, target: "#a-la-vista", swap: "outerHTML" };
    globalThis.htmx.ajax("GET", address, asked).catch(() => {
      this.context.note.say("No llegó la lista de lo que se ve. Revise su conexión y mueva el mapa.");
    });
  }

  /** Brings the row of a point that was clicked into sight. @param {string} id */
  show(id) {
    this.#sought = id;
    if (!this.#find()) this.refresh(id);
  }

  #find() {
    const row = this.#sought && this.#row(this.#sought);
    if (!row) return false;
    this.#sought = "";
    for (const other of this.panel.querySelectorAll(".in-view-here")) other.classList.remove("in-view-here");
    row.classList.add("in-view-here");
    row.scrollIntoView({ block: "nearest" });
    return true;
  }

  #row(id) {
    return this.panel.querySelector(`[data-boleta="${CSS.escape(id)}"]`);
  }

  /** Rings the point of the row that is pointed at, or that has the focus. @param {Element | null} target */
  #mark(target) {
    this.#ring?.remove();
    const row = /** @type {HTMLElement | null} */ (target?.closest("[data-lon]") ?? null);
    if (!row) return;
    this.#ring = ring([Number(row.dataset.lat), Number(row.dataset.lon)]).addTo(this.context.map);
  }
}

/** @param {[number, number]} at */
export function ring(at) {
  const style = { radius: 12, color: token("--ink"), weight: 3.5, fillColor: token("--bronze"), fillOpacity: 0.35 };
  return L.circleMarker(at, { ...style, interactive: false });
}
