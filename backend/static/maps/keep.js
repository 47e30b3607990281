/** What the map shows is kept in the page's address, so that it can be sent and come back to. */

/**
 * The query with one value changed; an empty value leaves it out. Commas stay readable.
 * @param {string} search @param {string} name @param {string} value
 */
export function withParameter(search, name, value) {
  const query = new URLSearchParams(search);
  if (value) query.set(name, value);
  else query.delete(name);
  return query.toString().replaceAll("%2C", ",");
}

/** @param {string} name @param {string} value */
export function keepInAddress(name, value) {
  const query = withParameter(location.search, name, value);
  history.replaceState(history.state, "", query ? `?${query}` : location.pathname);
}

/** @param {any} map Leaflet's */
export function boxText(map) {
  const box = map.getBounds();
  return [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()].map((one) => one.toFixed(5)).join(",");
}

/** Keeps the view from the reader's first move on. @param {any} map Leaflet's */
export function keepView(map) {
  let size = map.getSize();
  map.on("moveend", () => {
    // A window that changed its size moved nothing.
    if (size.equals(map.getSize())) keepInAddress("bbox", boxText(map));
    size = map.getSize();
  });
  addEventListener("popstate", () => {
    const box = new URLSearchParams(location.search).get("bbox")?.split(",").map(Number) ?? [];
    if (box.length === 4 && box.every(Number.isFinite)) {
      const [west, south, east, north] = box;
      map.fitBounds([
        [south, west],
        [north, east],
      ]);
    }
  });
}
