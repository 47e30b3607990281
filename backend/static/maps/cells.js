/** Hexagons of the grid, coloured by class. Their outlines come as whole steps of 1e-5 degrees. */

import { dataAddress, steadyBox } from "./address.js";
import { Latest } from "./fetching.js";
import { hover } from "./hover.js";

/**
 * @param {number[]} steps lat, lng of the first corner, then the differences to each next one
 * @returns {[number, number][]}
 */
export function corners(steps) {
  let [lat, lng] = [0, 0];
  const ring = [];
  for (let index = 0; index < steps.length; index += 2) {
    lat += steps[index];
    lng += steps[index + 1];
    ring.push(/** @type {[number, number]} */ ([lat / 1e5, lng / 1e5]));
  }
  return ring;
}

export class CellLayer {
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
    const { map, legend, note } = this.context;
    if (why === "filtered") this.#latest.forget();
    const zoom = map.getZoom();
    const bbox = steadyBox(map.getBounds(), zoom);
    const body = await this.#latest.ask(dataAddress(this.spec.data, { filters: location.search, zoom, bbox }));
    if (body === this.drawn) return;
    this.#group.clearLayers();
    for (const cell of body.cells) this.#group.addLayer(this.#hexagon(cell, body));
    legend.show(body.classes, body.legend);
    note.say(body.note ?? "");
    this.drawn = body;
  }

  #hexagon([index, said, id, ...steps], body) {
    const hexagon = L.polygon(corners(steps), {
      fillColor: body.classes[index].colour,
      fillOpacity: 0.82,
      stroke: true,
      color: "#fff",
      weight: 0.6,
      opacity: 0.8,
    });
    hover(hexagon, () => [`${said} ${said === 1 ? body.one : body.many}`]);
    if (this.spec.detail) {
      hexagon.on("click", () =>
        this.context.details.open(dataAddress(this.spec.detail + id, { filters: location.search })),
      );
    }
    return hexagon;
  }

  clear() {
    this.#group.clearLayers();
    this.drawn = null;
  }
}
