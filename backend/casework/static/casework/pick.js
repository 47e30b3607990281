/**
 * Where a petition is: a point on the map and the name of a colonia, which never contradict each other unsaid.
 *
 * A click (or the centre of the map, by keyboard) fills the form's hidden `lon` and `lat` and writes the
 * colonia of the point in its field; a colonia that is chosen or typed is shown on the map. Where the two
 * say different things the page asks which of them holds. The server decides again, by the same rule.
 */

const frame = /** @type {HTMLElement} */ (document.querySelector("[data-pick]"));
const form = frame.closest("form");
const answer = /** @type {HTMLElement} */ (document.querySelector("[data-pick-answer]"));
const clear = /** @type {HTMLButtonElement} */ (document.querySelector("[data-pick-clear]"));
const which = /** @type {HTMLElement} */ (document.querySelector("[data-pick-which]"));
const lon = field("lon");
const lat = field("lat");
const place = field("place");
const map = frame.querySelector(".folium-map").leafletMap;
const bronze = getComputedStyle(document.documentElement).getPropertyValue("--bronze").trim() || "#875818";
const offered = [.../** @type {HTMLDataListElement} */ (document.getElementById("lugares")).options].map((one) => {
  const [code, ...name] = one.value.split(" · ").reverse();
  return { code, label: one.value, name: name.reverse().join(" · ") };
});
/** @type {any} */
let mark = null;
/** @type {{place: string | null, name: string | null, candidates: string[]} | null} where the point lies */
let found = null;
/** @type {Promise<void>} till where the point lies has been answered */
let locating = Promise.resolve();

/** @param {string} name @returns {HTMLInputElement} */
function field(name) {
  return /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
}

/** @param {string} text case and accents apart */
function plain(text) {
  return text.trim().toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
}

/** The colonia that the field names; undefined where it names none, or two of one name. */
function typed() {
  const text = plain(place.value);
  const named = offered.filter((one) => [one.label, one.name, one.code].some((word) => plain(word) === text));
  return text && named.length === 1 ? named[0] : undefined;
}

/** @param {string} name a text of the page's @param {Record<string, string>} [words] what it tells of */
function say(name, words = {}) {
  answer.textContent = answer.dataset[name].replace(/\{(\w+)\}/g, (_whole, word) => words[word] ?? "");
}

/** @param {{lat: number, lng: number}} at */
function draw(at) {
  mark?.remove();
  // Above the colonias, which may be drawn later, and in nobody's way.
  const look = { radius: 9, color: "#fff", weight: 3, fillColor: bronze, fillOpacity: 1 };
  mark = L.circleMarker(at, { ...look, pane: "markerPane", interactive: false }).addTo(map);
  clear.hidden = false;
}

/** Takes the point as it was clicked: what the field said gives way to where it lies. */
async function point(/** @type {{lat: number, lng: number}} */ at) {
  lon.value = at.lng.toFixed(6);
  lat.value = at.lat.toFixed(6);
  draw(at);
  lon.dispatchEvent(new Event("change"));
  say("marked");
  await (locating = locate());
  if (!found?.place) return settle();
  const before = place.value.trim();
  if (typed()?.code === found.place) return settle();
  place.value = labelOf(found);
  ask(false);
  say(before ? "replaced" : "placed", { place: found.name, typed: before });
}

/** Asks where the point lies; without an answer the point stands all the same. */
async function locate() {
  const asked = `${lon.value},${lat.value}`;
  found = null;
  try {
    const response = await fetch(`${frame.dataset.locate}?lon=${lon.value}&lat=${lat.value}`);
    const answered = response.ok ? await response.json() : null;
    if (asked === `${lon.value},${lat.value}`) found = answered;
  } catch {
    // The server compares again when the form is sent.
  }
}

/** Says how the point and the field stand to each other, and asks where they are two places. */
function settle() {
  const said = typed();
  if (!found) return ask(false);
  if (said && said.code !== found.place && !found.candidates.includes(said.code)) {
    say(found.place ? "differs" : "outside", { place: found.name ?? "", typed: said.name });
    return ask(true);
  }
  ask(false);
  // Of a doubtful point's colonias the one that was said is stored.
  const name = said?.name ?? found.name;
  if (name) say("placed", { place: name });
  else say("unplaced");
}

/** @param {boolean} needed whether the page has to ask which of the two holds */
function ask(needed) {
  which.hidden = !needed;
  for (const radio of radios()) radio.checked = false;
}

function radios() {
  return /** @type {HTMLInputElement[]} */ ([...which.querySelectorAll("input[type=radio]")]);
}

/** @param {{place: string, name: string}} where */
function labelOf(where) {
  return offered.find((one) => one.code === where.place)?.label ?? where.name;
}

function unpoint() {
  lon.value = lat.value = "";
  found = null;
  mark?.remove();
  mark = null;
  clear.hidden = true;
  ask(false);
  lon.dispatchEvent(new Event("change"));
}

/** Moves the map to the colonia that the field names. */
async function show() {
  const said = typed();
  if (lon.value) {
    settle();
    if (which.hidden) return;
  }
  if (!said) return;
  try {
    const address = frame.dataset.place.replace("CODE", encodeURIComponent(said.code));
    const response = await fetch(address);
    if (!response.ok || typed()?.code !== said.code) return;
    const { geometry, properties } = await response.json();
    const [centreLon, centreLat] = properties.centre;
    const bounds = geometry ? L.geoJSON(geometry).getBounds() : L.latLng(centreLat, centreLon).toBounds(1000);
    map.fitBounds(bounds.isValid() ? bounds.pad(0.1) : L.latLng(centreLat, centreLon).toBounds(1000));
    if (!lon.value) say("shown", { typed: said.name });
  } catch {
    // The map stays where it is; what was typed holds.
  }
}

map.on("click", (/** @type {any} */ event) => point(event.latlng));
map.getContainer().addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  point(map.getCenter());
});
place.addEventListener("change", show);
clear.addEventListener("click", () => {
  unpoint();
  say("cleared");
  place.focus();
});
which.addEventListener("change", async (event) => {
  const holds = /** @type {HTMLInputElement} */ (event.target).value;
  if (holds === "place") {
    unpoint();
    say("cleared");
    return;
  }
  await locating;
  place.value = found?.place ? labelOf(/** @type {any} */ (found)) : "";
  place.dispatchEvent(new Event("change"));
  if (!found?.place) say("emptied");
});
if (lon.value && lat.value) {
  draw({ lat: Number(lat.value), lng: Number(lon.value) });
  locating = locate().then(settle);
}
