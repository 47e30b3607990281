/** Hexagons of the grid, coloured by class. Their outlines come as whole steps of 1e-5 degrees. */

import { hover } from "./hover.js";
import { DrawnLayer } from "./layer.js";

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

export class CellLayer extends DrawnLayer {
  #group = globalThis.L?.layerGroup();

  /** @param {{classes: any[], cells: any[][], one: string, many: string}} body */
  paint(body) {
    for (const cell of body.cells) this.#group.addLayer(this.#hexagon(cell, body));
    this.#group.addTo(this.context.map);
  }

  #hexagon([index, count, id, ...steps], { classes, one, many }) {
    const hexagon = L.polygon(corners(steps), {
      fillColor: classes[index].colour,
      fillOpacity: 0.85,
      color: "#fff",
      weight: 0.7,
      opacity: 0.9,
    });
    hover(hexagon, () => [`${count.toLocaleString("es-MX")} ${count === 1 ? one : many}`]);
    if (this.spec.detail) hexagon.on("click", () => this.open(id));
    return hexagon;
  }

  clear() {
    this.#group.clearLayers();
    this.drawn = null;
  }
}
