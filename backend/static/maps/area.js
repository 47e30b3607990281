/** An area as the page's address carries it: `lon_lat*lon_lat*…`, which no query string needs to escape. */

/** As many corners as fit an address well; the server takes twice as many. */
export const MOST_CORNERS = 100;

/** @param {{lat: number, lng: number}[]} corners */
export function areaText(corners) {
  return corners.map(({ lat, lng }) => `${lng.toFixed(5)}_${lat.toFixed(5)}`).join("*");
}

/** @param {string} text @returns {[number, number][]} lat, lng of each corner; none where it makes no sense */
export function areaCorners(text) {
  const corners = text.split("*").map((pair) => pair.split("_").map(Number));
  const fine = corners.length > 2 && corners.every((pair) => pair.length === 2 && pair.every(Number.isFinite));
  return fine ? corners.map(([lng, lat]) => [lat, lng]) : [];
}

/**
 * The stroke with no more corners than fit, those left out that change its shape the least.
 * @template T
 * @param {T[]} stroke
 * @param {(stroke: T[], tolerance: number) => T[]} simplify
 * @returns {T[]}
 */
export function fewCorners(stroke, simplify, most = MOST_CORNERS) {
  let [kept, tolerance] = [stroke, 1];
  while (kept.length > most) {
    kept = simplify(stroke, tolerance);
    tolerance *= 1.5;
  }
  return kept;
}
