/** The backlog page: list and map follow each other, and what was chosen becomes a work list. */

import { areaCorners, areaText } from "../maps/area.js";
import { token } from "../maps/ground.js";
import { boxText, keepInAddress } from "../maps/keep.js";
import { Lasso } from "../maps/lasso.js";
import { InView } from "./in_view.js";

/** As many stops as a work list has at most. */
const MOST = 300;

const panel = /** @type {HTMLElement} */ (document.querySelector("[data-in-view]"));
const form = /** @type {HTMLFormElement} */ (panel.querySelector("[data-make-list]"));
const order = /** @type {HTMLSelectElement} */ (panel.querySelector("[data-in-view-order]"));
const lassoButton = panel.querySelector("[data-lasso]");
const clearButton = /** @type {HTMLElement} */ (panel.querySelector("[data-lasso-clear]"));
/** The ticked boletas, kept while the list changes under them. @type {Set<string>} */
const picked = new Set();
const asked = (name) => new URLSearchParams(location.search).get(name) ?? "";

function begin(context) {
  const list = new InView(panel, context, () => dress(list));
  const lasso = new Lasso(context.map, (corners) => drawn(list, context, corners));
  let waiting = 0;
  context.map.on("moveend", () => {
    if (asked("area") || asked("unplaced")) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => list.refresh(), 150);
  });
  document.addEventListener("aldaba:filters", () => list.refresh());
  document.addEventListener("aldaba:clicked", (event) => {
    if (event.detail.kind === "points") list.show(event.detail.id);
  });
  order.addEventListener("change", () => change(list, "sort", order.value));
  lassoButton.addEventListener("click", () => {
    if (lasso.active) return lasso.stop(null);
    lasso.start();
    press(lassoButton, true);
    // On a phone the button lies below the map.
    context.map.getContainer().scrollIntoView({ block: "nearest" });
    context.note.say("Dé la vuelta con el ratón o el dedo a lo que busca.");
  });
  clearButton.addEventListener("click", () => {
    showArea(context, []);
    change(list, "area", "");
    lassoButton.focus();
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-unplaced]");
    if (button) change(list, "unplaced", asked("unplaced") ? "" : "1");
  });
  document.addEventListener("htmx:afterSettle", pressUnplaced);
  addEventListener("popstate", () => showArea(context, areaCorners(asked("area"))));
  order.value = asked("sort");
  pressUnplaced();
  showArea(context, areaCorners(asked("area")));
  ticking(list);
  list.refresh();
}

function change(list, name, value) {
  keepInAddress(name, value);
  list.refresh();
}

function drawn(list, context, corners) {
  press(lassoButton, false);
  context.note.say(corners ? "" : "No se trazó nada. Para trazar, mantenga apretado y dé la vuelta.");
  if (!corners) return;
  keepInAddress("unplaced", "");
  showArea(context, corners);
  change(list, "area", areaText(corners));
  pressUnplaced();
}

function showArea(context, corners) {
  context.area?.remove();
  clearButton.hidden = !corners.length;
  if (!corners.length) return;
  const style = { color: token("--ink"), weight: 2.5, dashArray: "6 4", fillOpacity: 0.06, interactive: false };
  context.area = L.polygon(corners, style).addTo(context.map);
}

function press(button, down) {
  button.setAttribute("aria-pressed", String(down));
}

function pressUnplaced() {
  const button = document.querySelector("[data-unplaced]");
  if (button) press(button, Boolean(asked("unplaced")));
}

/** Ticks that outlast the list they were made in. */
function ticking(list) {
  panel.addEventListener("change", (event) => {
    const box = /** @type {HTMLInputElement} */ (event.target);
    if (box.dataset.pickBoleta === undefined) return;
    if (box.checked) picked.add(box.value);
    else picked.delete(box.value);
    dress(list);
  });
  panel.querySelector("[data-unpick]").addEventListener("click", () => {
    picked.clear();
    dress(list);
  });
  form.addEventListener("submit", () => {
    form.action = form.action.split("?")[0] + location.search;
    const values = {
      bbox: boxText(document.querySelector(".folium-map").leafletMap),
      area: asked("area"),
      unplaced: asked("unplaced"),
      picked: [...picked].join(","),
    };
    for (const [name, value] of Object.entries(values)) form.elements.namedItem(name).value = value;
  });
}

/** Puts the ticks back and says what a press of the button would make. */
function dress(list) {
  for (const box of panel.querySelectorAll("[data-pick-boleta]")) box.checked = picked.has(box.value);
  panel.querySelector("[data-unpick]").hidden = !picked.size;
  form.hidden = !picked.size && !list.total;
  form.querySelector("[data-make-words]").textContent = `Hacer lista con ${meant(list.total)}`;
}

function meant(total) {
  const many = total.toLocaleString("es-MX");
  if (picked.size) return picked.size === 1 ? "la marcada" : `las ${picked.size} marcadas`;
  if (total > MOST) return `las ${MOST} más atrasadas`;
  if (asked("unplaced")) return `las ${many} sin punto`;
  return asked("area") ? `el área (${many})` : `lo que se ve (${many})`;
}

const element = /** @type {any} */ (document.querySelector("[data-map]"));
if (element.mapContext) begin(element.mapContext);
else element.addEventListener("aldaba:map-open", (event) => begin(event.detail), { once: true });
