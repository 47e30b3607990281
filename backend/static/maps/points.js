/** Single points, each class with a colour and a shape of its own. */

import { dataAddress, steadyBox } from "./address.js";
import { Latest } from "./fetching.js";
import { hover } from "./hover.js";
import { marker } from "./marker.js";

export class PointLayer {
  #latest = new Latest();
  #group = L.layerGroup();

  /**
   * @param {import("./map.js").Context} context
   * @param {import("./map.js").LayerSpec} spec
   */
  constructor(context, spec) {
    this.context = context;
    this.spec = spec;
    this.#group.addTo(context.map);
  }

  /** @param {number} zoom */
  isShownAt(zoom) {
    return zoom >= this.spec.minZoom && zoom <= this.spec.maxZoom;
  }

  /** @param {"opened" | "moved" | "filtered"} why */
  async draw(why) {
    if (why === "moved" && this.spec.whole && this.drawn) return;
    if (why === "filtered") this.#latest.forget();
    const { map, legend, note } = this.context;
    const zoom = map.getZoom();
    const asked = this.spec.whole ? {} : { zoom, bbox: steadyBox(map.getBounds(), zoom) };
    const body = await this.#latest.ask(dataAddress(this.spec.data, { filters: location.search, ...asked }));
    if (body === this.drawn) return;
    this.#group.clearLayers();
    for (const point of body.points) this.#group.addLayer(this.#marker(point, body.classes));
    legend.show(body.classes, body.legend);
    note.say(body.note ?? "");
    this.drawn = body;
  }

  #marker([lng, lat, index, id], classes) {
    const { colour, shape, label } = classes[index];
    const point = marker([lat, lng], { shape, fillColor: colour });
    hover(point, () => [label]);
    if (this.spec.detail) {
      point.on("click", () => this.context.details.open(this.spec.detail + encodeURIComponent(id)));
    }
    return point;
  }

  clear() {
    this.#group.clearLayers();
    this.drawn = null;
  }
}
