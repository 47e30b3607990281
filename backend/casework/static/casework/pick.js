/**
 * Pointing at a place on the map of the capture form: a click (or the centre of the map, by keyboard)
 * fills the form's hidden `lon` and `lat`, and the office is told in which colonia the point lies.
 */

const frame = /** @type {HTMLElement} */ (document.querySelector("[data-pick]"));
const form = frame.closest("form");
const answer = /** @type {HTMLElement} */ (document.querySelector("[data-pick-answer]"));
const clear = /** @type {HTMLButtonElement} */ (document.querySelector("[data-pick-clear]"));
const lon = /** @type {HTMLInputElement} */ (form.elements.namedItem("lon"));
const lat = /** @type {HTMLInputElement} */ (form.elements.namedItem("lat"));
const map = frame.querySelector(".folium-map").leafletMap;
const bronze = getComputedStyle(document.documentElement).getPropertyValue("--bronze").trim() || "#875818";
/** @type {any} */
let mark = null;

/** @param {{lat: number, lng: number}} at */
function point(at) {
  lon.value = at.lng.toFixed(6);
  lat.value = at.lat.toFixed(6);
  mark?.remove();
  mark = L.circleMarker(at, { radius: 9, color: "#fff", weight: 3, fillColor: bronze, fillOpacity: 1 }).addTo(map);
  clear.hidden = false;
  lon.dispatchEvent(new Event("change"));
  tell();
}

/** Says where the point lies; the server decides again, by the same rule, when it is saved. */
async function tell() {
  answer.textContent = answer.dataset.marked;
  const asked = `${lon.value},${lat.value}`;
  try {
    const response = await fetch(`${frame.dataset.locate}?lon=${lon.value}&lat=${lat.value}`);
    if (!response.ok || asked !== `${lon.value},${lat.value}`) return;
    const { name } = await response.json();
    answer.textContent = name ? `${answer.dataset.placed} ${name}.` : answer.dataset.unplaced;
  } catch {
    // Without the answer the point stands all the same.
  }
}

map.on("click", (/** @type {any} */ event) => point(event.latlng));
map.getContainer().addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  point(map.getCenter());
});
clear.addEventListener("click", () => {
  lon.value = lat.value = answer.textContent = "";
  mark?.remove();
  mark = null;
  clear.hidden = true;
  lon.dispatchEvent(new Event("change"));
});
if (lon.value && lat.value) point({ lat: Number(lat.value), lng: Number(lon.value) });
