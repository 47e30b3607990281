import assert from "node:assert/strict";
import { test } from "node:test";

import { compare } from "../../backend/static/js/sortable.js";

const sorted = (...values) => [...values].sort(compare);

test("numbers sort as numbers", () => {
  assert.deepEqual(sorted("10", "9", "-1", "2.5"), ["-1", "2.5", "9", "10"]);
});

test("words sort as Spanish does, whatever their case and accents", () => {
  assert.deepEqual(sorted("Ñuño", "Ocampo", "nopal", "Álamo", "azul"), ["Álamo", "azul", "nopal", "Ñuño", "Ocampo"]);
});

test("what is empty comes last", () => {
  assert.deepEqual(sorted("", "b", "", "a"), ["a", "b", "", ""]);
});
