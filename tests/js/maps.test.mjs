/** The parts of the maps that need no browser. */

import assert from "node:assert/strict";
import test from "node:test";

import { dataAddress, steadyBox } from "../../backend/static/maps/address.js";
import { isShown } from "../../backend/static/maps/layer.js";
import { corners } from "../../backend/static/maps/cells.js";

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
