/** A point on the canvas whose class shows by its shape as well as by its colour. */

const CORNERS = { diamond: [0, 90, 180, 270], square: [45, 135, 225, 315], triangle: [30, 150, 270] };

/** Leaflet's circle, drawn with corners when its `shape` has them. */
const Shaped = L.CircleMarker.extend({
  _updatePath() {
    const corners = CORNERS[this.options.shape];
    if (corners && !this._empty()) drawCorners(this._renderer, this, corners);
    else L.CircleMarker.prototype._updatePath.call(this);
  },
});

function drawCorners(renderer, layer, corners) {
  if (!renderer._drawing) return;
  const { x, y } = layer._point;
  const context = renderer._ctx;
  const reach = layer._radius * 1.25;
  context.beginPath();
  for (const degrees of corners) {
    const angle = (degrees * Math.PI) / 180;
    context.lineTo(x + reach * Math.cos(angle), y + reach * Math.sin(angle));
  }
  context.closePath();
  renderer._fillStroke(context, layer);
}

/**
 * @param {[number, number]} at lat, lng
 * @param {{shape?: string, fillColor: string}} style
 */
export function marker(at, { shape, fillColor }) {
  const hollow = shape === "ring";
  return new Shaped(at, {
    shape,
    radius: 6,
    fillColor: hollow ? "#fff" : fillColor,
    fillOpacity: 1,
    color: hollow ? fillColor : "#fff",
    weight: hollow ? 2.5 : 1.25,
  });
}
