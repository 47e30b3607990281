// The municipality's streets under the outlines: drawn from the map held on the tablet, without asking anybody.
import { el } from "./dom.js";

const global = /** @type {any} */ (globalThis);
const SCRIPTS = [
  new URL("../vendor/pmtiles/dist/pmtiles.js", import.meta.url).href,
  new URL("../vendor/protomaps-leaflet/dist/protomaps-leaflet.js", import.meta.url).href,
];
/** How streets are called in the two usual schemas: Protomaps' `kind` (once `pmap:kind`), OpenMapTiles' `class`. */
const kindOf = ({ props }) => String(props.kind ?? props["pmap:kind"] ?? props.class ?? "");
const MAJOR = new Set(["highway", "major_road", "motorway", "trunk", "primary", "secondary"]);
const MIDDLE = new Set(["medium_road", "tertiary"]);
const PATHS = new Set(["path", "track", "rail", "ferry", "transit", "other"]);
const GREEN = new Set(["park", "grass", "wood", "forest", "cemetery", "golf_course", "pitch", "garden", "nature_reserve"]);

/** @type {Promise<any> | null} */
let loading = null;
const load = () =>
  (loading ??= Promise.all(SCRIPTS.map(script)).catch((problem) => {
    loading = null;
    throw problem;
  }));

const script = (src) =>
  new Promise((resolve, reject) => {
    const node = el("script", { src, on: { load: resolve, error: () => reject(new Error(`no script: ${src}`)) } });
    document.head.append(node);
  });

/** @type {{version: string, file: any} | null} the one opened last: its directories stay at hand */
let opened = null;

function archive(reader) {
  if (opened?.version === reader.version) return opened.file;
  const source = {
    getKey: () => reader.version,
    getBytes: async (offset, length) => ({ data: await reader.bytes(offset, length) }),
  };
  opened = { version: reader.version, file: new global.pmtiles.PMTiles(source) };
  return opened.file;
}

const colour = (name) => () => getComputedStyle(document.documentElement).getPropertyValue(`--map-${name}`).trim();

/** Pixels by zoom: streets are as wide as they are from close by. */
const width = (base) => (zoom) => Math.max(0.5, base * 1.45 ** (zoom - 15));

function rules() {
  const { LineSymbolizer, PolygonSymbolizer } = global.protomapsL;
  const areas = (dataLayer, fill, filter) => ({ dataLayer, symbolizer: new PolygonSymbolizer({ fill: colour(fill) }), filter });
  const lines = (dataLayer, kinds, { base, paint, minzoom = 0 }) => ({
    dataLayer,
    minzoom,
    filter: (_zoom, feature) => feature.geomType === 2 && kinds(kindOf(feature)),
    symbolizer: new LineSymbolizer({ color: colour(paint), width: width(base), lineCap: "round", lineJoin: "round" }),
  });
  const isArea = (_zoom, feature) => feature.geomType === 3;
  const isGreen = (zoom, feature) => isArea(zoom, feature) && GREEN.has(kindOf(feature));
  const isMinor = (kind) => !MAJOR.has(kind) && !MIDDLE.has(kind) && !PATHS.has(kind);
  const roads = (layer) => [
    lines(layer, (kind) => PATHS.has(kind), { base: 1, paint: "street", minzoom: 15 }),
    lines(layer, isMinor, { base: 3.2, paint: "edge", minzoom: 13 }),
    lines(layer, (kind) => MIDDLE.has(kind), { base: 4.6, paint: "edge" }),
    lines(layer, (kind) => MAJOR.has(kind), { base: 6.2, paint: "edge" }),
    lines(layer, isMinor, { base: 2, paint: "street", minzoom: 13 }),
    lines(layer, (kind) => MIDDLE.has(kind), { base: 3.2, paint: "street" }),
    lines(layer, (kind) => MAJOR.has(kind), { base: 4.6, paint: "major" }),
  ];
  return [
    areas("landuse", "green", isGreen),
    areas("landcover", "green", isGreen),
    areas("park", "green", isArea),
    areas("water", "water", isArea),
    lines("waterway", () => true, { base: 2, paint: "water" }),
    areas("buildings", "building", isArea),
    areas("building", "building", isArea),
    ...roads("roads"),
    ...roads("transportation"),
  ];
}

function names() {
  const { LineLabelSymbolizer } = global.protomapsL;
  const label = (dataLayer, minzoom, filter) => ({
    dataLayer,
    minzoom,
    filter,
    symbolizer: new LineLabelSymbolizer({
      labelProps: ["name"],
      fill: colour("label"),
      stroke: colour("halo"),
      width: 4,
      font: `620 15px ${getComputedStyle(document.body).fontFamily}`,
    }),
  });
  const isMajor = (_zoom, feature) => MAJOR.has(kindOf(feature));
  return [
    ...["roads", "transportation_name"].map((layer) => label(layer, 14, isMajor)),
    ...["roads", "transportation_name"].map((layer) => label(layer, 16, (zoom, feature) => !isMajor(zoom, feature))),
  ];
}

/** To whom the map is owed, as text. */
function credit(text) {
  const control = global.L.control({ position: "bottomright" });
  control.onAdd = () => el("div", { class: "map-credit" }, text);
  return control;
}

/**
 * Draw the streets on a map, if this tablet holds them.
 * @param {any} map Leaflet's @param {{reader: () => any}} streets the engine's
 * @returns {Promise<() => void>} what to call when the map goes
 */
export async function drawStreets(map, streets) {
  const reader = streets.reader();
  if (!reader) return () => {};
  await load();
  const file = archive(reader);
  const { maxZoom } = await file.getHeader();
  const layer = global.protomapsL.leafletLayer({
    url: file,
    maxDataZoom: maxZoom,
    paintRules: rules(),
    labelRules: names(),
    attribution: "",
    className: "streets",
  });
  if (!map.getPane("tilePane")?.isConnected) return () => {}; // the screen went meanwhile
  layer.addTo(map);
  map.getContainer().classList.add("map-with-streets");
  if (reader.attribution) credit(reader.attribution).addTo(map);
  // Another light: the same streets in its colours.
  const light = new MutationObserver(() => {
    layer.clearLayout();
    layer.rerenderTiles();
  });
  light.observe(document.documentElement, { attributes: true, attributeFilter: ["data-light"] });
  return () => light.disconnect();
}
