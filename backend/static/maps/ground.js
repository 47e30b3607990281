/** The ground: the municipality's land, the outlines of its places over it, and each place by its id. */

import { fetchJson } from "./fetching.js";
import { hover } from "./hover.js";

/** @param {string} name a design token */
export function token(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** A fetched outline serves every map of the page. @type {Map<string, Promise<any>>} */
const fetched = new Map();

export class Ground {
  /** @type {Map<string, {shape: any, name: string}>} */
  places = new Map();

  constructor(map, { basemap }) {
    this.map = map;
    this.basemap = basemap;
    this.muted = {
      color: token("--line-strong"),
      weight: 0.7,
      opacity: 0.75,
      fillColor: token("--surface") || "#fff",
      fillOpacity: basemap ? 0 : 0.75,
    };
  }

  /** @param {string} address of the outlines; none, and the ground stays bare */
  async load(address) {
    if (!address) return;
    if (!fetched.has(address)) fetched.set(address, fetchJson(address));
    const { features, land } = await fetched.get(address);
    if (land && !this.basemap) this.#addLand(land);
    for (const feature of features) this.#add(feature);
  }

  /** What lies beyond the municipality, the sea most of all, is not of its colour. */
  #addLand({ type, coordinates }) {
    const depth = type === "Polygon" ? 1 : 2;
    const paper = { interactive: false, fillColor: token("--land"), fillOpacity: 1, weight: 0.7 };
    L.polygon(L.GeoJSON.coordsToLatLngs(coordinates, depth), { ...paper, color: token("--line-strong") }).addTo(
      this.map,
    );
    this.map.getContainer().classList.add("map-with-land");
  }

  #add({ id, geometry, properties }) {
    if (!geometry) return;
    const shape =
      geometry.type === "Point"
        ? L.circleMarker([geometry.coordinates[1], geometry.coordinates[0]], { ...this.muted, radius: 4 })
        : L.polygon(L.GeoJSON.coordsToLatLngs(geometry.coordinates, 2), this.muted);
    shape.options.smoothFactor = 0.5;
    shape.addTo(this.map);
    this.places.set(String(id), { shape, name: properties.name });
    hover(shape, () => [properties.name, shape.said]);
  }

  /** Paper and outlines only. */
  mute() {
    for (const { shape } of this.places.values()) {
      shape.said = "";
      shape.setStyle({ ...this.muted, dashArray: null });
      shape.off("click");
    }
  }

  /** @param {string} id */
  goTo(id, { closest = 13.5, roomBeside = true } = {}) {
    const place = this.places.get(id);
    if (!place) return;
    const { shape } = place;
    const bounds = shape.getBounds?.() ?? shape.getLatLng().toBounds(2000);
    this.map.fitBounds(bounds, {
      maxZoom: closest,
      paddingTopLeft: [40, 40],
      paddingBottomRight: roomBeside ? this.#besideDetails() : [40, 40],
    });
    this.point(id);
  }

  /** Room for the details, which lie at the right, or below on a narrow map. */
  #besideDetails() {
    const { x, y } = this.map.getSize();
    return x > 640 ? [400, 40] : [20, y * 0.6];
  }

  /** Marks one place until the next is marked. @param {string | null} id */
  point(id) {
    this.pointed?.remove();
    const place = id && this.places.get(id);
    if (!place) return;
    const style = { color: token("--ink"), weight: 3, fill: false, interactive: false };
    const { shape } = place;
    this.pointed = shape.getBounds
      ? L.polygon(shape.getLatLngs(), style)
      : L.circleMarker(shape.getLatLng(), { ...style, radius: 9 });
    this.pointed.addTo(this.map);
  }
}
