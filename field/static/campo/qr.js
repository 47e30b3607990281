// A QR drawn as SVG, dark on white whatever the light: cameras want it so.
import encodeQR from "../vendor/qr/index.js";

const SVG = "http://www.w3.org/2000/svg";
/** Modules of white around it: four by the standard, one of which the package draws. */
const MARGIN = 3;

/** @param {string} text @param {string} label what it is, for who cannot see it */
export function qrOf(text, label) {
  const rows = encodeQR(text, "raw", { ecc: "medium", border: 1 });
  const size = rows.length + 2 * MARGIN;
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${size} ${size}`);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", label);
  svg.setAttribute("shape-rendering", "crispEdges");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("fill", "#000");
  path.setAttribute(
    "d",
    rows.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x + MARGIN} ${y + MARGIN}h1v1h-1z` : ""))).join(""),
  );
  const ground = document.createElementNS(SVG, "rect");
  ground.setAttribute("width", String(size));
  ground.setAttribute("height", String(size));
  ground.setAttribute("fill", "#fff");
  svg.append(ground, path);
  return svg;
}
