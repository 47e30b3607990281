/** A work list's page: its stops dragged into another order, and counted anew from where the crew is. */

import Sortable from "../vendor/sortablejs/modular/sortable.esm.js";
import { ring } from "./in_view.js";

const section = /** @type {HTMLElement} */ (document.querySelector("[data-stops]"));
const form = /** @type {HTMLFormElement} */ (document.querySelector("[data-start-form]"));
const said = form.querySelector("[data-start-said]");
const mapButton = form.querySelector('[data-start="map"]');

/** The order is the hand's, and each answer only confirms it: one that comes late puts nothing back. */
const order = { sending: false, changed: false, dragging: false };

const stopList = () => /** @type {HTMLElement | null} */ (section.querySelector("ol.stops"));

function sortable() {
  const list = stopList();
  if (!list) return;
  Sortable.create(list, {
    handle: "[data-stop-handle]",
    // The same for a mouse and a finger; the browser's own dragging shows a picture of the page.
    forceFallback: true,
    animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
    onStart() {
      order.dragging = true;
    },
    onEnd({ oldIndex, newIndex }) {
      order.dragging = false;
      if (oldIndex !== newIndex || order.changed) sendOrder();
    },
  });
}

/** Sends the order, one after the other, so that the last to arrive is the last that was made. */
async function sendOrder() {
  order.changed = true;
  if (order.sending) return;
  order.sending = true;
  said.textContent = "Guardando el orden…";
  try {
    while (order.changed && !order.dragging) {
      order.changed = false;
      const list = stopList();
      const stops = [...list.querySelectorAll("[data-stop]")].map((stop) => stop.dataset.stop).join(",");
      const to = list.closest("form").getAttribute("hx-post");
      await globalThis.htmx.ajax("POST", to, { source: section, target: "#paradas", swap: "outerHTML", values: { stops } });
    }
  } catch {
    cannotSave();
  } finally {
    order.sending = false;
  }
}

/** A stop goes up or down at once; without script its button asks the office for it. */
function moveStop(event) {
  const button = event.target.closest("button[name=up], button[name=down]");
  if (!button) return;
  event.preventDefault();
  const stop = button.closest("[data-stop]");
  const up = button.name === "up";
  const other = up ? stop.previousElementSibling : stop.nextElementSibling;
  if (!other) return;
  if (up) other.before(stop);
  else other.after(stop);
  button.focus();
  sendOrder();
}

function cannotSave() {
  said.textContent = "No se pudo guardar el cambio. Vuelva a cargar la página e intente de nuevo.";
}

/** Sends the point from which the order is to be counted. */
function countFrom(from, { lng, lat } = { lng: "", lat: "" }) {
  const values = { from, lon: lng, lat };
  for (const [name, value] of Object.entries(values)) form.elements.namedItem(name).value = value;
  said.textContent = "Contando el orden…";
  form.requestSubmit();
}

function fromPosition() {
  if (!navigator.geolocation) return cannotTell();
  said.textContent = "Buscando dónde está…";
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => countFrom("position", { lng: coords.longitude, lat: coords.latitude }),
    cannotTell,
    { enableHighAccuracy: true, timeout: 15_000, maximumAge: 60_000 },
  );
}

function cannotTell() {
  said.textContent = "No se pudo saber dónde está. Permita la ubicación, o elija un punto del mapa.";
}

/** The next click on the map is the point; by keyboard, Enter takes the middle of the map. */
function fromMap(map) {
  const box = map.getContainer();
  const end = () => {
    map.off("click", chosen);
    box.removeEventListener("keydown", pressed);
    box.classList.remove("map-drawing");
    mapButton.setAttribute("aria-pressed", "false");
    said.textContent = "";
  };
  const chosen = ({ latlng }) => {
    end();
    countFrom("map", latlng.wrap());
  };
  const pressed = (event) => {
    if (event.key === "Escape") end();
    if (event.key === "Enter") chosen({ latlng: map.getCenter() });
  };
  if (mapButton.getAttribute("aria-pressed") === "true") return box.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
  map.on("click", chosen);
  box.addEventListener("keydown", pressed);
  box.classList.add("map-drawing");
  mapButton.setAttribute("aria-pressed", "true");
  said.textContent = "Toque en el mapa el punto de salida; con teclado, muévalo con las flechas y oprima Entrar.";
  box.focus();
}

function begin({ map, element }) {
  let mark = null;
  const point = (target) => {
    mark?.remove();
    const row = target?.closest("[data-lon]");
    mark = row ? ring([Number(row.dataset.lat), Number(row.dataset.lon)]).addTo(map) : null;
  };
  for (const kind of ["mouseover", "focusin"]) section.addEventListener(kind, (event) => point(event.target));
  for (const kind of ["mouseleave", "focusout"]) section.addEventListener(kind, () => point(null));
  element.addEventListener("aldaba:clicked", ({ detail }) => show(detail.id));
  form.addEventListener("click", (event) => {
    const from = event.target.closest("[data-start]")?.dataset.start;
    if (from === "position") fromPosition();
    if (from === "map") fromMap(map);
    if (from === "yard") countFrom("yard");
  });
}

/** What becomes of an answer, whether the map has come already or not. */
function follow() {
  section.addEventListener("click", moveStop);
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.target.id !== "paradas" || !(order.changed || order.dragging)) return;
    detail.shouldSwap = false;
    order.changed = true;
  });
  document.addEventListener("htmx:afterSettle", ({ target }) => {
    if (target.id !== "paradas") return;
    said.textContent = section.querySelector(".stops-start")?.firstChild?.textContent ?? "";
    sortable();
    document.dispatchEvent(new CustomEvent("aldaba:refresh"));
  });
  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) document.addEventListener(name, notSaved);
}

/** What the page asks by itself from time to time is no change. */
function notSaved({ detail }) {
  if (detail.requestConfig.verb === "post") cannotSave();
}

function show(id) {
  for (const stop of section.querySelectorAll(".in-view-here")) stop.classList.remove("in-view-here");
  const stop = section.querySelector(`[data-stop="${CSS.escape(id)}"]`);
  stop?.classList.add("in-view-here");
  stop?.scrollIntoView({ block: "nearest" });
}

sortable();
follow();
const element = /** @type {any} */ (document.querySelector("[data-map]"));
if (element.mapContext) begin(element.mapContext);
else element.addEventListener("aldaba:map-open", (event) => begin(event.detail), { once: true });
