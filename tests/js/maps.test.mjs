/** The parts of the maps that need no browser. */

import assert from "node:assert/strict";
import test from "node:test";

import { dataAddress, steadyBox } from "../../backend/static/maps/address.js";
import { MOST_CORNERS, areaCorners, areaText, fewCorners } from "../../backend/static/maps/area.js";
import { isShown } from "../../backend/static/maps/layer.js";
import { corners } from "../../backend/static/maps/cells.js";
import { Latest, Superseded, fetchJson } from "../../backend/static/maps/fetching.js";
import { withTheRest } from "../../backend/static/maps/filters.js";
import { withParameter } from "../../backend/static/maps/keep.js";

test("filters in the page's address reach the data, empty ones do not", () => {
  const address = dataAddress("/datos/?a=1", { filters: "?status=no_leida&channel=&q=a%26b", zoom: 12.5 });
  assert.equal(address, "/datos/?a=1&status=no_leida&q=a%26b&zoom=12");
});

test("an address without filters stays as it is", () => {
  assert.equal(dataAddress("/datos/"), "/datos/");
});

test("a small move of the map asks for the same box", () => {
  const view = (shift) => ({
    getWest: () => -106.44 + shift,
    getSouth: () => 23.2 + shift,
    getEast: () => -106.4 + shift,
    getNorth: () => 23.24 + shift,
  });
  assert.deepEqual(steadyBox(view(0), 13), steadyBox(view(0.001), 13));
  const [west, south, east, north] = steadyBox(view(0), 13);
  assert.ok(west <= -106.44 && south <= 23.2 && east >= -106.4 && north >= 23.24);
});

test("a hexagon's corners are the sums of its steps", () => {
  assert.deepEqual(corners([2325000, -10641000, 10, -20, -5, 0]), [
    [23.25, -106.41],
    [23.2501, -106.4102],
    [23.25005, -106.4102],
  ]);
});

test("a layer is shown between its zooms and while the address asks for it", () => {
  const spec = { minZoom: 0, maxZoom: 14, when: { name: "by", value: "grid" } };
  assert.ok(isShown(spec, 14.5, "?by=grid"));
  assert.ok(!isShown(spec, 15, "?by=grid"));
  assert.ok(!isShown(spec, 12, ""));
  assert.ok(isShown({ ...spec, when: { name: "by", value: "" } }, 12, "?status=x"));
});

test("an area goes into the address and comes back", () => {
  const corners = [{ lat: 23.2, lng: -106.41234 }, { lat: 23.21, lng: -106.4 }, { lat: 23.22, lng: -106.42 }];
  const text = areaText(corners);
  assert.equal(new URLSearchParams({ area: text }).toString(), `area=${text}`, "nothing of it is escaped");
  assert.deepEqual(areaCorners(text), corners.map(({ lat, lng }) => [lat, lng]));
  for (const wrong of ["", "x", "1_2*3_4", "1_2*3_4*x_5", "1_2_3*4_5*6_7"]) assert.deepEqual(areaCorners(wrong), []);
});

test("a long stroke keeps no more corners than an address takes", () => {
  const stroke = Array.from({ length: 900 }, (_, at) => ({ x: at, y: at % 7 }));
  const simplify = (points, tolerance) => points.filter((_, at) => at % Math.ceil(tolerance + 1) === 0);
  assert.ok(fewCorners(stroke, simplify).length <= MOST_CORNERS);
  assert.deepEqual(fewCorners(stroke.slice(0, 5), simplify), stroke.slice(0, 5));
});

test("what the map shows is kept in the address beside the filters", () => {
  assert.equal(withParameter("?status=no_leida&bbox=1,2,3,4", "bbox", "5,6,7,8"), "status=no_leida&bbox=5,6,7,8");
  assert.equal(withParameter("?status=no_leida&area=x", "area", ""), "status=no_leida");
});

test("a change of filters leaves the rest of the address", () => {
  const asked = withTheRest(new URLSearchParams("status=programada"), "?status=x&bbox=1,2,3,4&channel=y", new Set(["status", "channel"]));
  assert.equal(asked.toString(), "status=programada&bbox=1%2C2%2C3%2C4");
});

test("a line that broke is told in Spanish, and a question that a newer one ended is no error", async (t) => {
  const broken = [new TypeError("Failed to fetch"), new DOMException("The user aborted a request.", "AbortError")];
  t.mock.method(globalThis, "fetch", () => Promise.reject(broken.shift()));
  await assert.rejects(fetchJson("/datos/"), { message: /^No hay conexión con el servidor/ });
  await assert.rejects(fetchJson("/datos/"), { name: "AbortError" });
  t.mock.method(globalThis, "fetch", async () => new Response('{"places": [1,', { status: 200 }));
  await assert.rejects(fetchJson("/datos/"), { message: /^No hay conexión con el servidor/ });
});

test("an answer at hand ends what was asked meanwhile, which would come after it", async (t) => {
  const answers = {};
  const held = (address, { signal }) =>
    new Promise((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
      answers[address] = () => resolve(Response.json(address));
    });
  t.mock.method(globalThis, "fetch", held);
  const latest = new Latest();
  const here = latest.ask("/aqui");
  answers["/aqui"]();
  assert.equal(await here, "/aqui");
  const there = latest.ask("/alla");
  assert.equal(await latest.ask("/aqui"), "/aqui");
  answers["/alla"]();
  await assert.rejects(there, Superseded);
});
