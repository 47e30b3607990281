import assert from "node:assert/strict";
import { test } from "node:test";

import { engineModule } from "./campo/tablet.mjs";

const { checkCharacter, checkFolio, folioYear, formatFolio, makeFolio } = await engineModule("folio");
const { border, metres } = await engineModule("geometry");
const { makeSeries, qualityOf, watch } = await engineModule("fixes");
const { fit } = await engineModule("photos");
const { deviceTime } = await engineModule("clock");
const { newId } = await engineModule("identity");
const { base64 } = await engineModule("export");

/** Made by field.folio.make_folio. */
const FOLIOS = ["26A7F00042Z","0000000001N","99ZZZ99999B","308QY820150","70ECY709072","70YS930399F","819R0880044","048ZD33815V","416DH37350S","5566M43746N","86EWA10479A","43DWH29495U"];

test("folios are the server's own, check character and all", () => {
  for (const folio of FOLIOS) {
    assert.equal(makeFolio(Number(folio.slice(0, 2)), folio.slice(2, 5), Number(folio.slice(5, 10))), folio);
    assert.equal(checkCharacter(folio.slice(0, 10)), folio.at(-1));
  }
});

test("a folio is read however it was typed, and a slip is told from nonsense", () => {
  assert.deepEqual(checkFolio("26a7f 00042-z"), { folio: "26-A7F-00042-Z" });
  assert.deepEqual(checkFolio("26-A7F-OOO42-Z"), { folio: "26-A7F-00042-Z" });
  assert.deepEqual(checkFolio("26-A7F-00043-Z"), { error: "mistyped" });
  assert.deepEqual(checkFolio("hola"), { error: "malformed" });
  assert.deepEqual(checkFolio(""), { error: "malformed" });
  assert.equal(formatFolio("26A7F00042Z"), "26-A7F-00042-Z");
  assert.throws(() => makeFolio(26, "A7F", 100_000), RangeError);
});

test("a folio's year is the municipality's", () => {
  assert.equal(folioYear(Date.parse("2027-01-01T03:00:00Z"), "America/Mazatlan"), 26);
  assert.equal(folioYear(Date.parse("2027-01-01T08:00:00Z"), "America/Mazatlan"), 27);
});

const square = (west, south, side, code, hole) => ({
  geometry: {
    type: "Polygon",
    coordinates: [
      [[west, south], [west + side, south], [west + side, south + side], [west, south + side], [west, south]],
      ...(hole ? [hole] : []),
    ],
  },
  properties: { code, name: `Colonia ${code}` },
});
const places = {
  features: [
    square(-106.45, 23.2, 0.01, "A"),
    square(-106.44, 23.2, 0.01, "B"),
    square(-106.446, 23.204, 0.002, "inner"),
    { geometry: { type: "Point", coordinates: [-106.4, 23.2] }, properties: { code: "P", name: "Punto" } },
  ],
};
const at = (lon, lat, accuracy_m) => border({ location: { coordinates: [lon, lat] }, accuracy_m, places });

test("a fix belongs to the smallest colonia that covers it", () => {
  assert.equal(at(-106.448, 23.202, 5).place.code, "A");
  assert.equal(at(-106.445, 23.205, 5).place.code, "inner");
  assert.equal(at(-106.435, 23.205, 5).place.code, "B");
  assert.equal(at(-106.5, 23.205, 5).place, null);
});

test("a fix that could lie across the border says so and names both", () => {
  const near = at(-106.4401, 23.202, 15);
  assert.ok(Math.abs(near.distance_to_border_m - 10.2) < 0.5, String(near.distance_to_border_m));
  assert.equal(near.uncertain, true);
  assert.deepEqual(near.candidates.map(({ code }) => code), ["A", "B"]);
  assert.equal(at(-106.4401, 23.202, 5).uncertain, false);
});

test("a hole is outside", () => {
  const ring = [[-106.447, 23.203], [-106.443, 23.203], [-106.443, 23.207], [-106.447, 23.207], [-106.447, 23.203]];
  const holed = { features: [square(-106.45, 23.2, 0.01, "H", ring)] };
  assert.equal(border({ location: { coordinates: [-106.445, 23.205] }, accuracy_m: 5, places: holed }).place, null);
  assert.equal(border({ location: { coordinates: [-106.449, 23.205] }, accuracy_m: 5, places: holed }).place.code, "H");
});

test("nothing known gives nothing", () => {
  assert.deepEqual(border({ location: null, places }), { place: null, distance_to_border_m: null, uncertain: false, candidates: [] });
  assert.equal(border({ location: { coordinates: [0, 0] }, places: null }).distance_to_border_m, null);
});

test("metres are metres", () => {
  assert.ok(Math.abs(metres([-106.4, 23.2], [-106.4, 23.21]) - 1112) < 1);
});

const fix = (lon, lat, accuracy, timestamp) => ({ coords: { longitude: lon, latitude: lat, accuracy }, timestamp });

test("the best of a series is near its sharpest fixes, and no surer than the best of them", () => {
  let now = 1_000_000;
  const series = makeSeries({ now: () => now });
  series.add(fix(-106.4113, 23.2496, 60, now));
  for (const [lon, accuracy] of [[-106.41111, 8], [-106.41109, 6], [-106.4111, 7]]) {
    now += 1000;
    assert.equal(series.add(fix(lon, 23.2494, accuracy, now)), null);
  }
  const best = series.best();
  assert.ok(metres([best.lon, best.lat], [-106.4111, 23.2494]) < 2);
  assert.equal(best.accuracy, 6);
});

test("zeros, nonsense, guesses of kilometres and yesterday's fixes are not taken", () => {
  const now = 1_800_000_000_000;
  const series = makeSeries({ now: () => now });
  assert.equal(series.add(fix(0, 0, 5, now)), "zero");
  assert.equal(series.add(fix(NaN, 23, 5, now)), "empty");
  assert.equal(series.add(fix(-106, 95, 5, now)), "empty");
  assert.equal(series.add(fix(-106, 23, 0, now)), "coarse");
  assert.equal(series.add(fix(-106, 23, 4000, now)), "coarse");
  assert.equal(series.add(fix(-106, 23, 5, now - 60_000)), "stale");
  assert.equal(series.best(), null);
  assert.equal(series.add(fix(-106, 23, 5, now - 1000)), null);
  assert.equal(series.add(fix(-106, 23, 5, now - 1000)), "stale", "the very same fix again");
});

test("a clock wrong by years makes no fix stale", () => {
  const now = 1_500_000_000_000;
  const series = makeSeries({ now: () => now });
  assert.equal(series.add(fix(-106, 23, 5, now + 9 * 365 * 86_400_000)), null);
});

test("one jump is left out; a move that persists begins anew", () => {
  let now = 1_000_000;
  const series = makeSeries({ now: () => now });
  const add = (lon) => series.add(fix(lon, 23.2494, 5, (now += 1000)));
  add(-106.411);
  add(-106.411);
  assert.equal(add(-106.42), "jump");
  assert.equal(add(-106.411), null);
  assert.equal(series.count(), 3);
  assert.equal(add(-106.42), "jump");
  assert.equal(add(-106.42), "jump");
  assert.equal(add(-106.42), null);
  assert.ok(Math.abs(series.best().lon + 106.42) < 1e-9);
});

test("fixes of half a minute ago no longer count", () => {
  let now = 1_000_000;
  const series = makeSeries({ now: () => now });
  series.add(fix(-106.411, 23.2494, 3, now));
  now += 40_000;
  series.add(fix(-106.411, 23.2494, 20, now));
  assert.equal(series.best().accuracy, 20);
});

test("watching tells each fix and each failure, and stops", () => {
  let give;
  let fail;
  let cleared = null;
  const geolocation = {
    watchPosition: (good, bad) => ([give, fail] = [good, bad]) && 7,
    clearWatch: (id) => (cleared = id),
  };
  const told = [];
  const stop = watch((report) => told.push(report), { geolocation });
  give(fix(-106.4111, 23.2494, 9, Date.now()));
  fail({ code: 1 });
  assert.deepEqual(told[0].location, { type: "Point", coordinates: [-106.4111, 23.2494] });
  assert.deepEqual([told[0].quality, told[0].accuracy_m, told[0].error], ["good", 9, null]);
  assert.deepEqual([told[1].error, told[1].samples], ["denied", 1]);
  stop();
  assert.equal(cleared, 7);
});

test("qualities", () => {
  assert.deepEqual([null, 5, 15, 40, 51].map(qualityOf), ["none", "good", "good", "fair", "poor"]);
});

test("photos fit into their longer side and are never made larger", () => {
  assert.deepEqual(fit(4000, 3000, 1600), [1600, 1200]);
  assert.deepEqual(fit(3000, 4000, 1600), [1200, 1600]);
  assert.deepEqual(fit(800, 600, 1600), [800, 600]);
  assert.deepEqual(fit(100_000, 1, 1600), [1600, 1]);
});

test("times carry the device's offset", () => {
  const now = Date.parse("2026-11-20T17:03:12.5Z");
  const text = deviceTime(now);
  assert.match(text, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d$/);
  assert.equal(Date.parse(text), now);
});

test("ids are UUIDs of version 7, in order", () => {
  const ids = Array.from({ length: 50 }, (_, n) => newId(1_700_000_000_000 + n));
  for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.deepEqual([...ids].sort(), ids);
});

test("base64 in pieces is base64", () => {
  for (const size of [0, 1, 2, 3, 24_576, 24_577, 80_000]) {
    const bytes = Uint8Array.from({ length: size }, (_, n) => (n * 7) % 256);
    assert.equal(base64(bytes.buffer), Buffer.from(bytes).toString("base64"));
  }
});
