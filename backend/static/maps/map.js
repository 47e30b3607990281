/**
 * One map: its ground, its layers, and when they are drawn again.
 *
 * @typedef {{kind: string, data: string, detail: string, minZoom: number, maxZoom: number,
 *            whole?: boolean, when?: {name: string, value: string}}} LayerSpec
 * @typedef {{map: any, element: HTMLElement, ground: import("./ground.js").Ground, details: Details,
 *            note: Note, legend: Legend}} Context
 */

import { dataAddress } from "./address.js";
import { CellLayer } from "./cells.js";
import { Details } from "./details.js";
import { Ground } from "./ground.js";
import { keepView } from "./keep.js";
import { Legend } from "./legend.js";
import { Note } from "./note.js";
import { PlaceLayer } from "./places.js";
import { PointLayer } from "./points.js";
import { StopLayer } from "./stops.js";

const KINDS = { places: PlaceLayer, cells: CellLayer, points: PointLayer, stops: StopLayer };

/** @param {HTMLElement} element the `[data-map]` of the page */
export async function openMap(element) {
  const canvas = element.querySelector(".folium-map");
  const described = document.getElementById(`${canvas.id}-layers`);
  const { ground, layers, basemap } = JSON.parse(described.textContent);
  const map = canvas.leafletMap;
  nameControls(map);
  // The shell may have been laid out before its style sheet came.
  map.invalidateSize({ pan: false });

  /** @type {Context} */
  const context = {
    map,
    element,
    ground: new Ground(map, { basemap }),
    details: new Details(element),
    note: new Note(element),
    legend: new Legend(element),
  };
  const drawn = layers.map((/** @type {LayerSpec} */ spec) => new KINDS[spec.kind](context, spec));
  await context.note.during(context.ground.load(ground));
  listen(context, drawn);
  // A map that is filtered is the page's own question: what it shows belongs in the address.
  if (document.querySelector("form[data-map-filters]")) keepView(map);
  hand(context);
  await redraw(context, drawn, "opened");
  element.dataset.mapReady = "true";
}

/**
 * @param {Context} context
 * @param {import("./layer.js").DrawnLayer[]} layers
 * @param {"opened" | "moved" | "filtered"} why
 */
async function redraw(context, layers, why) {
  const shown = layers.filter((layer) => layer.isShown());
  for (const layer of layers) if (layer.drawn && !shown.includes(layer)) layer.clear();
  await context.note.during(Promise.all(shown.map((layer) => layer.draw(why))));
}

/** @param {Context} context */
function listen(context, layers) {
  let waiting = 0;
  context.map.on("moveend", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => redraw(context, layers, "moved"), 120);
  });
  document.addEventListener("aldaba:filters", () => {
    context.details.close();
    redraw(context, layers, "filtered");
  });
  // New figures came by themselves: what is open stays open.
  document.addEventListener("aldaba:refresh", () => redraw(context, layers, "filtered"));
  document.addEventListener("click", (event) => {
    const button = /** @type {HTMLElement} */ (event.target).closest("[data-map-place]");
    if (button) showPlace(context, layers, button);
  });
  new ResizeObserver(() => context.map.invalidateSize({ pan: false })).observe(context.element);
}

/** Gives the open map to the page's own script, whichever of the two came first. @param {Context} context */
function hand(context) {
  const element = /** @type {any} */ (context.element);
  element.mapContext = context;
  element.dispatchEvent(new CustomEvent("aldaba:map-open", { bubbles: true, detail: context }));
}

/** A place's name in the table leads to the place on the map, by mouse or keyboard. */
function showPlace(context, layers, button) {
  const id = button.dataset.mapPlace;
  const spec = layers.find((layer) => layer.spec.kind === "places" && layer.spec.detail)?.spec;
  // Without details to open, the place itself is what is looked at.
  context.ground.goTo(id, spec ? {} : { closest: 17, roomBeside: false });
  if (spec) {
    const address = dataAddress(`${spec.detail}${encodeURIComponent(id)}/`, { filters: location.search });
    context.details.open(address, button);
  }
  context.element.scrollIntoView({ block: "nearest", behavior: "smooth" });
}

/** Leaflet's own words are English. */
function nameControls(map) {
  const words = { in: "Acercar", out: "Alejar" };
  for (const [way, word] of Object.entries(words)) {
    const button = map.getContainer().querySelector(`.leaflet-control-zoom-${way}`);
    button?.setAttribute("title", word);
    button?.setAttribute("aria-label", word);
  }
}
