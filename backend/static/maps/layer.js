/** What every kind of layer does: when it is shown, and asking for its data. */

import { dataAddress, steadyBox } from "./address.js";
import { Latest } from "./fetching.js";

/**
 * @param {import("./map.js").LayerSpec} spec
 * @param {number} zoom
 * @param {string} search the page's query string
 */
export function isShown(spec, zoom, search) {
  if (zoom < spec.minZoom || zoom >= spec.maxZoom + 1) return false;
  return !spec.when || (new URLSearchParams(search).get(spec.when.name) ?? "") === spec.when.value;
}

export class DrawnLayer {
  #latest = new Latest();
  drawn = null;

  /**
   * @param {import("./map.js").Context} context
   * @param {import("./map.js").LayerSpec} spec
   */
  constructor(context, spec) {
    this.context = context;
    this.spec = spec;
  }

  isShown() {
    return isShown(this.spec, this.context.map.getZoom(), location.search);
  }

  /** Whether its data is asked for again as the map moves. */
  get follows() {
    return !this.spec.whole;
  }

  /** @param {"opened" | "moved" | "filtered"} why */
  async draw(why) {
    if (why === "filtered") this.#latest.forget();
    if (why === "moved" && this.drawn && !this.follows) return this.explain();
    const body = await this.#latest.ask(this.#address());
    // While the answer was under way somebody may have zoomed to where this layer is not shown.
    if (!this.isShown()) return;
    if (body !== this.drawn) {
      this.clear();
      this.paint(body);
      this.drawn = body;
    }
    this.explain();
  }

  /** Says what the colours mean, and what is not shown. */
  explain() {
    this.context.legend.show(this.drawn.classes, this.drawn.legend);
    this.context.note.say(this.drawn.note ?? "");
  }

  #address() {
    const { map } = this.context;
    const zoom = map.getZoom();
    const moving = this.follows ? { zoom, bbox: steadyBox(map.getBounds(), zoom) } : {};
    const { data } = this.spec;
    return data.startsWith("#") ? data : dataAddress(data, { filters: location.search, ...moving });
  }

  /** Tells the page what was clicked. @param {string} id */
  tell(id) {
    const detail = { kind: this.spec.kind, id };
    this.context.element.dispatchEvent(new CustomEvent("aldaba:clicked", { bubbles: true, detail }));
  }

  /** Opens the details of what was clicked. @param {string} id */
  open(id) {
    this.tell(id);
    const address = `${this.spec.detail}${encodeURIComponent(id)}/`;
    this.context.details.open(dataAddress(address, { filters: location.search }));
  }
}
