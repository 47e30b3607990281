// Distances and borders on the tablet, in metres: flat around the point, which is exact enough for a colonia.

const RADIUS_M = 6_371_008.8;
const RADIANS = Math.PI / 180;

/** @typedef {[number, number]} LonLat */

/** Metres between two points (haversine). @param {LonLat} a @param {LonLat} b */
export function metres([lon1, lat1], [lon2, lat2]) {
  const half = (angle) => Math.sin((angle * RADIANS) / 2) ** 2;
  const root = half(lat2 - lat1) + Math.cos(lat1 * RADIANS) * Math.cos(lat2 * RADIANS) * half(lon2 - lon1);
  return 2 * RADIUS_M * Math.asin(Math.min(1, Math.sqrt(root)));
}

/** @returns {LonLat[][][]} polygons of rings, whatever the geometry */
function polygonsOf(geometry) {
  if (geometry?.type === "Polygon") return [geometry.coordinates];
  return geometry?.type === "MultiPolygon" ? geometry.coordinates : [];
}

/** Even-odd over all rings, so that holes are outside. */
function isInside([x, y], rings) {
  let inside = false;
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
      const [xi, yi] = ring[i];
      const [xj, yj] = ring[j];
      if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
    }
  }
  return inside;
}

/** Metres from a point to the nearest edge of rings. */
function toEdge([lon, lat], rings) {
  const perLat = RADIUS_M * RADIANS;
  const perLon = perLat * Math.cos(lat * RADIANS);
  let nearest = Infinity;
  for (const ring of rings) {
    for (let i = 1; i < ring.length; i += 1) {
      const [ax, ay] = [(ring[i - 1][0] - lon) * perLon, (ring[i - 1][1] - lat) * perLat];
      const [bx, by] = [(ring[i][0] - lon) * perLon, (ring[i][1] - lat) * perLat];
      const [dx, dy] = [bx - ax, by - ay];
      const along = Math.max(0, Math.min(1, -(ax * dx + ay * dy) / (dx * dx + dy * dy || 1)));
      nearest = Math.min(nearest, Math.hypot(ax + along * dx, ay + along * dy));
    }
  }
  return nearest;
}

/** Square degrees, for comparing only: a point belongs to the smallest boundary that covers it. */
const area = (rings) => Math.abs(ringArea(rings[0])) - rings.slice(1).reduce((sum, ring) => sum + Math.abs(ringArea(ring)), 0);

const ringArea = (ring) =>
  ring.reduce((sum, [x, y], i) => sum + x * ring[(i + 1) % ring.length][1] - ring[(i + 1) % ring.length][0] * y, 0) / 2;

/**
 * Which of the pack's places a fix falls in, and whether it could as well be another.
 * @param {{location: {coordinates: LonLat} | null, accuracy_m?: number | null, places: any}} fix
 * @returns {{place: {code: string, name: string} | null, distance_to_border_m: number | null, uncertain: boolean,
 *   candidates: {code: string, name: string}[]}}
 */
export function border({ location, accuracy_m, places }) {
  if (!location) return { place: null, distance_to_border_m: null, uncertain: false, candidates: [] };
  const point = location.coordinates;
  const known = (places?.features ?? [])
    .map(({ geometry, properties: { code, name } }) => ({ code, name, polygons: polygonsOf(geometry) }))
    .filter(({ polygons }) => polygons.length)
    .map((place) => ({
      ...place,
      covers: place.polygons.some((rings) => isInside(point, rings)),
      edge: Math.min(...place.polygons.map((rings) => toEdge(point, rings))),
      size: place.polygons.reduce((sum, rings) => sum + area(rings), 0),
    }));
  const named = ({ code, name }) => ({ code, name });
  const here = known.filter(({ covers }) => covers).sort((a, b) => a.size - b.size)[0] ?? null;
  const reach = accuracy_m ?? 0;
  const near = known.filter((place) => place !== here && place.edge < reach);
  const distance = here ? here.edge : Math.min(Infinity, ...known.map(({ edge }) => edge));
  return {
    place: here && named(here),
    distance_to_border_m: Number.isFinite(distance) ? distance : null,
    uncertain: Number.isFinite(distance) && distance < reach,
    candidates: [...(here ? [here] : []), ...near].map(named),
  };
}
