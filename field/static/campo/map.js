// The territory's outlines on a map that needs no signal: Leaflet, no text read as markup, and the streets where held.
import { el, icon } from "./dom.js";
import { drawStreets } from "./streets.js";

const L = () => /** @type {any} */ (globalThis).L;
const lonLat = ({ coordinates: [lon, lat] }) => [lat, lon];

/** A marker drawn by an icon. @param {string} name @param {string} kind */
const sign = (name, kind) =>
  L().divIcon({
    html: el("span", { class: `sign sign-${kind}` }, icon(name)),
    className: "",
    iconSize: [30, 30],
    iconAnchor: [15, 15],
  });

/**
 * A map of places.
 * @param {HTMLElement} container in the page already, with a height
 * @param {{places: any, focus?: string | null, centre?: any, streets?: any}} what `focus`: the code of the place to
 *   fit; `streets`: the engine's, to be drawn under all else once they are read
 */
export function makeMap(container, { places, focus = null, centre = null, streets = null }) {
  const map = L().map(container, {
    zoomControl: false,
    attributionControl: false,
    zoomSnap: 0.25,
    minZoom: 8,
    maxZoom: 20,
  });
  L().control.zoom({ position: "bottomleft", zoomInTitle: "Acercar", zoomOutTitle: "Alejar" }).addTo(map);
  L().control.scale({ imperial: false, position: "bottomright" }).addTo(map);
  map.createPane("names").style.zIndex = "450"; // under the signs: a name never hides a door
  const outlines = L()
    .geoJSON(places ?? { type: "FeatureCollection", features: [] }, {
      style: (feature) => ({ className: feature.properties.code === focus ? "outline outline-focus" : "outline" }),
      pointToLayer: (_feature, at) => L().circleMarker(at, { radius: 9, className: "outline outline-focus" }),
      interactive: false,
      onEachFeature(feature, layer) {
        layer.bindTooltip(el("span", {}, feature.properties.name), {
          permanent: true,
          direction: "center",
          className: "place-name",
          pane: "names",
        });
      },
    })
    .addTo(map);
  const focused = outlines.getLayers().find((layer) => layer.feature.properties.code === focus);
  const bounds = (focused ?? outlines).getBounds?.();
  if (bounds?.isValid()) map.fitBounds(bounds, { padding: [24, 24], maxZoom: 17 });
  else if (focused) map.setView(focused.getLatLng(), 16);
  else map.setView(centre ? lonLat(centre) : [23.6, -102.5], centre ? 13 : 5);

  let leaveStreets = () => {};
  let gone = false;
  if (streets) {
    // Without streets the outlines do: a map that cannot be read must not keep anybody from a door.
    void drawStreets(map, streets).then(
      (leave) => (gone ? leave() : (leaveStreets = leave)),
      (problem) => console.warn("no streets", problem),
    );
  }
  const signs = L().layerGroup().addTo(map);
  let me = null;
  let halo = null;
  let pin = null;

  return {
    map,
    /** Own position with its doubt. @param {any} fix */
    setPosition(fix) {
      if (!fix.location) return;
      const at = lonLat(fix.location);
      me ??= L()
        .marker(at, { icon: sign("person-standing", "me"), interactive: false, keyboard: false, zIndexOffset: 500 })
        .addTo(map);
      halo ??= L().circle(at, { radius: 1, className: "halo", interactive: false }).addTo(map);
      me.setLatLng(at);
      halo.setLatLng(at).setRadius(fix.accuracy_m ?? 0);
    },
    /** @param {{location: any, icon: string, kind: string}[]} items */
    setSigns(items) {
      signs.clearLayers();
      for (const item of items) {
        if (item.location)
          L()
            .marker(lonLat(item.location), { icon: sign(item.icon, item.kind), interactive: false, keyboard: false })
            .addTo(signs);
      }
    },
    /** The pin that a person may drag, or put elsewhere by a tap. @param {any} location @param {(location: any) => void} onMove */
    setPin(location, onMove) {
      const told = ({ lat, lng }) =>
        onMove({ type: "Point", coordinates: [Number(lng.toFixed(7)), Number(lat.toFixed(7))] });
      if (!pin) {
        const drawn = L().divIcon({
          html: el("span", { class: "pin" }, icon("geo-alt-fill")),
          className: "",
          iconSize: [56, 56],
          iconAnchor: [28, 52],
        });
        pin = L()
          .marker(lonLat(location), {
            icon: drawn,
            draggable: true,
            autoPan: true,
            alt: "El lugar de la petición",
            keyboard: true,
          })
          .addTo(map);
        pin.getElement()?.setAttribute("aria-label", "El lugar de la petición: arrástrelo");
        pin.on("dragend", () => told(pin.getLatLng()));
        map.on("click", ({ latlng }) => {
          pin.setLatLng(latlng);
          told(latlng);
        });
      } else pin.setLatLng(lonLat(location));
    },
    look(location, zoom = 18) {
      map.setView(lonLat(location), zoom, { animate: false });
    },
    remove() {
      gone = true;
      leaveStreets();
      map.remove();
    },
  };
}
