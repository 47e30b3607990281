/** What a shape says under the pointer: lines of text, never HTML. */

/**
 * @param {any} shape a Leaflet layer
 * @param {() => (string | undefined)[]} lines the first is the heading
 */
export function hover(shape, lines) {
  shape.bindTooltip(() => saying(lines()), { sticky: true, className: "map-hover", opacity: 1 });
}

/** @param {(string | undefined)[]} lines */
function saying(lines) {
  const box = document.createElement("div");
  lines.filter(Boolean).forEach((line, index) => {
    const part = document.createElement(index ? "div" : "strong");
    part.textContent = line;
    box.append(part);
  });
  return box;
}
