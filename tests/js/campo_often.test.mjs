import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { countChoice, often } from "../../field/static/campo/often.js";

const kept = new Map();
const room = { getItem: (name) => kept.get(name) ?? null, setItem: (name, text) => void kept.set(name, text) };
afterEach(() => kept.clear());

test("what is chosen often is counted on the tablet", () => {
  globalThis.localStorage = room;
  assert.deepEqual(often(), {});
  ["bache", "luz", "bache"].forEach(countChoice);
  assert.deepEqual(often(), { bache: 2, luz: 1 });
});

test("a tablet without room to count fails nobody who has just saved a petition", () => {
  const full = () => {
    throw new DOMException("full", "QuotaExceededError");
  };
  globalThis.localStorage = { ...room, setItem: full };
  assert.doesNotThrow(() => countChoice("bache"));
  globalThis.localStorage = { getItem: full, setItem: full };
  assert.doesNotThrow(() => countChoice("bache"));
});
