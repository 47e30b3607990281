/** Single points, each class with a colour and a shape of its own. */

import { hover } from "./hover.js";
import { DrawnLayer } from "./layer.js";
import { marker } from "./marker.js";

export class PointLayer extends DrawnLayer {
  #group = globalThis.L?.layerGroup();

  /** @param {{classes: any[], points: [number, number, number, string][]}} body */
  paint(body) {
    // The first are the most urgent: drawn last, they lie on top.
    for (const point of [...body.points].reverse()) this.#group.addLayer(this.#marker(point, body.classes));
    this.#group.addTo(this.context.map);
  }

  #marker([lng, lat, index, id], classes) {
    const { colour, shape, label } = classes[index];
    const point = marker([lat, lng], { shape, fillColor: colour });
    hover(point, () => [label]);
    if (this.spec.detail) point.on("click", () => this.open(id));
    return point;
  }

  clear() {
    this.#group.clearLayers();
    this.drawn = null;
  }
}
