/** Drawing an area with one stroke of the mouse or of a finger, around what is meant. */

import { fewCorners } from "./area.js";
import { token } from "./ground.js";

/** In pixels: less is no new corner, and a stroke that stays within so little goes around nothing. */
const [STEP, LEAST] = [3, 12];

export class Lasso {
  /** @type {{x: number, y: number}[] | null} */
  #stroke = null;
  #line = null;

  /**
   * @param {any} map Leaflet's
   * @param {(corners: {lat: number, lng: number}[] | null) => void} finished null when nothing was drawn
   */
  constructor(map, finished) {
    this.map = map;
    this.finished = finished;
    this.active = false;
    this.box = map.getContainer();
    const way = { capture: true };
    this.box.addEventListener("pointerdown", (event) => this.#begin(event), way);
    this.box.addEventListener("pointermove", (event) => this.#move(event), way);
    this.box.addEventListener("pointerup", (event) => this.#end(event), way);
    this.box.addEventListener("pointercancel", () => this.active && this.stop(null), way);
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.active) this.stop(null);
    });
  }

  start() {
    this.active = true;
    for (const way of ["dragging", "touchZoom", "doubleClickZoom", "boxZoom"]) this.map[way]?.disable();
    this.box.classList.add("map-drawing");
  }

  /** @param {{lat: number, lng: number}[] | null} corners */
  stop(corners) {
    this.active = false;
    this.#stroke = null;
    this.#line?.remove();
    for (const way of ["dragging", "touchZoom", "doubleClickZoom", "boxZoom"]) this.map[way]?.enable();
    this.box.classList.remove("map-drawing");
    this.finished(corners);
  }

  #begin(event) {
    if (!this.active || !event.isPrimary || event.target.closest(".leaflet-control")) return;
    event.preventDefault();
    this.box.setPointerCapture(event.pointerId);
    this.#stroke = [this.map.mouseEventToContainerPoint(event)];
    this.#line = L.polyline([], { color: token("--ink"), weight: 2.5, dashArray: "4 4", interactive: false });
    this.#line.addTo(this.map);
  }

  #move(event) {
    if (!this.#stroke || !event.isPrimary) return;
    const here = this.map.mouseEventToContainerPoint(event);
    if (here.distanceTo(this.#stroke.at(-1)) < STEP) return;
    this.#stroke.push(here);
    this.#line.addLatLng(this.map.containerPointToLatLng(here));
  }

  #end(event) {
    if (!this.#stroke || !event.isPrimary) return;
    // The press that ends a stroke is no click on what lies under it.
    const swallow = (click) => click.stopImmediatePropagation();
    this.box.addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => this.box.removeEventListener("click", swallow, { capture: true }), 300);
    const { x, y } = L.bounds(this.#stroke).getSize();
    const corners = fewCorners(this.#stroke, L.LineUtil.simplify);
    const around = corners.length > 2 && Math.min(x, y) >= LEAST;
    this.stop(around ? corners.map((corner) => this.map.containerPointToLatLng(corner)) : null);
  }
}
