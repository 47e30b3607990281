/** Places coloured by class: the ground's own outlines take the colour. */

import { dataAddress } from "./address.js";
import { Latest } from "./fetching.js";
import { token } from "./ground.js";

export class PlaceLayer {
  #latest = new Latest();

  /**
   * @param {import("./map.js").Context} context
   * @param {import("./map.js").LayerSpec} spec
   */
  constructor(context, spec) {
    this.context = context;
    this.spec = spec;
  }

  /** @param {number} zoom */
  isShownAt(zoom) {
    return zoom >= this.spec.minZoom && zoom <= this.spec.maxZoom;
  }

  /** @param {"opened" | "moved" | "filtered"} why */
  async draw(why) {
    if (why === "moved" && this.drawn) return;
    if (why === "filtered") this.#latest.forget();
    const body = await this.#latest.ask(dataAddress(this.spec.data, { filters: location.search }));
    const { ground, details, note, legend } = this.context;
    ground.mute();
    for (const [id, { shape }] of ground.places) this.#paint(shape, id, body, ground, details);
    legend.show(body.classes, body.legend);
    note.say(body.note ?? "");
    this.drawn = true;
  }

  #paint(shape, id, body, ground, details) {
    const [index, said] = body.places[id] ?? [-1, body.otherwise ?? ""];
    const style = body.classes[index];
    shape.said = said;
    if (style) {
      shape.setStyle({
        fillColor: style.colour,
        fillOpacity: 0.88,
        color: style.outline ?? token("--ink-muted"),
        weight: style.outline ? 2 : 0.8,
        opacity: 0.9,
      });
    }
    if (this.spec.detail) {
      shape.on("click", () => {
        ground.point(id);
        details.open(dataAddress(this.spec.detail + encodeURIComponent(id), { filters: location.search }));
      });
    }
  }

  clear() {
    this.drawn = false;
  }
}
