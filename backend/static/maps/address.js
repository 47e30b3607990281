/** Addresses of a map's data: the layer's own, with the page's filters and what the map shows. */

/**
 * @param {string} address
 * @param {{filters?: string, zoom?: number, bbox?: number[]}} asked `filters` is a query string
 * @returns {string}
 */
export function dataAddress(address, { filters = "", zoom, bbox } = {}) {
  const [path, own = ""] = address.split("?");
  const query = new URLSearchParams(own);
  for (const [name, value] of new URLSearchParams(filters)) if (value) query.append(name, value);
  if (zoom !== undefined) query.set("zoom", String(Math.floor(zoom)));
  if (bbox) query.set("bbox", bbox.map((degrees) => degrees.toFixed(5)).join(","));
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

/**
 * The bounds in view, widened to whole tiles of a grid so that a small move asks for the same again.
 * @param {{getWest: Function, getSouth: Function, getEast: Function, getNorth: Function}} bounds
 * @param {number} zoom
 */
export function steadyBox(bounds, zoom) {
  const step = 360 / 2 ** (Math.floor(zoom) + 1);
  return [
    Math.floor(bounds.getWest() / step) * step,
    Math.floor(bounds.getSouth() / step) * step,
    Math.ceil(bounds.getEast() / step) * step,
    Math.ceil(bounds.getNorth() / step) * step,
  ];
}
