/** A work list's page: its stops dragged into another order, and counted anew from where the crew is. */

import Sortable from "../vendor/sortablejs/modular/sortable.esm.js";
import { ring } from "./in_view.js";

const section = /** @type {HTMLElement} */ (document.querySelector("[data-stops]"));
const form = /** @type {HTMLFormElement} */ (document.querySelector("[data-start-form]"));
const said = form.querySelector("[data-start-said]");
const mapButton = form.querySelector('[data-start="map"]');

function sortable() {
  const list = section.querySelector("ol.stops");
  if (!list) return;
  Sortable.create(list, {
    handle: "[data-stop-handle]",
    // The same for a mouse and a finger; the browser's own dragging shows a picture of the page.
    forceFallback: true,
    animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
    onEnd({ oldIndex, newIndex }) {
      if (oldIndex !== newIndex) sendOrder(list);
    },
  });
}

function sendOrder(list) {
  const stops = [...list.querySelectorAll("[data-stop]")].map((stop) => stop.dataset.stop).join(",");
  const to = list.closest("form").getAttribute("hx-post");
  globalThis.htmx.ajax("POST", to, { target: "#paradas", swap: "outerHTML", values: { stops } });
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
  document.addEventListener("htmx:afterSettle", ({ target }) => {
    if (target.id !== "paradas") return;
    said.textContent = section.querySelector(".stops-start")?.firstChild?.textContent ?? "";
    sortable();
    document.dispatchEvent(new CustomEvent("aldaba:refresh"));
  });
  document.addEventListener("htmx:responseError", () => {
    said.textContent = "No se pudo guardar el cambio. Vuelva a cargar la página e intente de nuevo.";
  });
}

function show(id) {
  for (const stop of section.querySelectorAll(".in-view-here")) stop.classList.remove("in-view-here");
  const stop = section.querySelector(`[data-stop="${CSS.escape(id)}"]`);
  stop?.classList.add("in-view-here");
  stop?.scrollIntoView({ block: "nearest" });
}

sortable();
const element = /** @type {any} */ (document.querySelector("[data-map]"));
if (element.mapContext) begin(element.mapContext);
else element.addEventListener("aldaba:map-open", (event) => begin(event.detail), { once: true });
