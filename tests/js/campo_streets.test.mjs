// The street map on the tablet: fetched over links that end at any time, whole or not at all, and never in the queue's way.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, test } from "node:test";

import { Office } from "./campo/office.mjs";
import { Killed, petition, Tablet } from "./campo/tablet.mjs";

const PARTS = 12;
const bytes = (parts = PARTS) => new Uint8Array(randomBytes(parts * 1000 - 137));
let office;
let tablet;

beforeEach(() => {
  office = new Office();
  office.offer(bytes());
  tablet = new Tablet(office);
});
afterEach(() => tablet.kill());

async function start(options) {
  const page = await tablet.start(options);
  await page.engine.refreshPack();
  return page.engine;
}

/** All of the map that the tablet would draw from. */
async function held(engine) {
  const reader = engine.streets.reader();
  return reader && new Uint8Array(await reader.bytes(0, 10_000_000));
}

const cut = () => Promise.reject(new TypeError("Failed to fetch"));

test("a map is fetched, told, and read like a file from any byte to any other", async () => {
  const engine = await start();
  assert.equal(engine.streets.reader(), null);
  assert.equal(engine.state().streets.offered.bytes, office.map.content.length);
  await engine.streets.download();
  const { held: told, coming, doing } = engine.state().streets;
  assert.deepEqual([told.version, coming, doing], [office.map.version, null, "idle"]);
  const reader = engine.streets.reader();
  for (const [offset, length] of [[0, 127], [999, 2], [1000, 1000], [2500, 4321], [11_800, 9999], [11_862, 1], [0, 11_863]]) {
    const read = new Uint8Array(await reader.bytes(offset, length));
    assert.deepEqual(read, office.map.content.slice(offset, offset + length), `${offset} + ${length}`);
  }
});

test("over a link that is cut again and again it goes on where it was, and no part comes twice", async () => {
  const engine = await start();
  let calls = 0;
  office.link = ({ answer }) => ((calls += 1) % 3 === 0 ? cut() : answer());
  for (let tries = 0; engine.state().streets.held === null; tries += 1) {
    assert.ok(tries < 20, "it does not get on");
    await engine.streets.download();
    if (!engine.state().streets.held) assert.equal(engine.state().streets.doing, "waiting");
  }
  assert.deepEqual(office.given, [...office.given].sort((a, b) => a - b));
  assert.equal(new Set(office.given).size, PARTS);
  assert.equal(office.given.length, PARTS);
  assert.deepEqual(await held(engine), office.map.content);
});

test("a browser killed at any step goes on by itself where it was", async () => {
  for (let at = 1, done = false; !done; at += 2) {
    tablet.kill();
    tablet = new Tablet(office);
    await start();
    tablet.kill();
    office.given = [];
    const page = await tablet.open(); // still locked: no PIN is needed for streets
    page.killer.left = at;
    await page.engine.streets.download().catch((error) => assert.ok(error instanceof Killed));
    done = page.engine.state().streets.held !== null && !page.killer.dead;
    const begun = office.given.length;
    tablet.kill();
    const { engine } = await tablet.open();
    const until = Date.now() + 3000;
    while (!engine.state().streets.held && engine.state().streets.coming && Date.now() < until) await new Promise((r) => setTimeout(r, 5));
    if (begun === 0 && !engine.state().streets.held) continue; // killed before anything was wanted on disk
    assert.deepEqual(await held(engine), office.map.content, `killed at ${at}`);
    assert.ok(office.given.length <= PARTS + 1, `killed at ${at}: ${office.given.length} parts were fetched`);
  }
});

for (const [name, spoil] of [
  ["garbled", async (answer) => new Response(new Uint8Array(await (await answer()).arrayBuffer()).reverse(), { status: 206 })],
  ["cut short", async (answer) => new Response((await (await answer()).arrayBuffer()).slice(0, 400), { status: 206 })],
  ["a sign-in page", async () => new Response("<html>Bienvenido al hotel</html>", { status: 200 })],
  ["a fault of the office's", async () => new Response("", { status: 502 })],
]) {
  test(`a part that is ${name} is not kept`, async () => {
    const engine = await start();
    office.link = ({ path, answer }) => (path.endsWith(".pmtiles") && office.given.length >= 4 ? spoil(answer) : answer());
    await engine.streets.download();
    assert.equal(engine.state().streets.doing, "waiting");
    assert.equal(engine.state().streets.coming.got, 4000);
    assert.equal(engine.streets.reader(), null);
    office.link = ({ answer }) => answer();
    await engine.streets.download();
    assert.deepEqual(await held(engine), office.map.content);
  });
}

test("a new version takes the place of the old one once it is whole, not before", async () => {
  const engine = await start();
  await engine.streets.download();
  const old = office.map.content;
  office.offer(bytes(15));
  await engine.refreshPack();
  office.given = [];
  office.link = ({ path, answer }) => (path.endsWith(".pmtiles") && office.given.length >= 9 ? cut() : answer());
  await engine.streets.download();
  assert.equal(engine.state().streets.coming.got, 9000);
  assert.deepEqual(await held(engine), old);
  office.link = ({ answer }) => answer();
  await engine.streets.download();
  assert.deepEqual(await held(engine), office.map.content);
});

test("a version that the office replaced half-way is dropped, and the new one comes", async () => {
  const engine = await start();
  let replaced = false;
  office.link = ({ path, answer }) => {
    if (path.endsWith(".pmtiles") && office.given.length === 5 && !replaced) {
      replaced = true;
      office.offer(bytes(8));
    }
    return answer();
  };
  await engine.streets.download();
  assert.deepEqual(await held(engine), office.map.content);
  assert.equal(engine.state().streets.coming, null);
});

test("where the room is short nothing is fetched, what was kept stays, and capturing goes on", async () => {
  const storage = { estimate: async () => ({ usage: 0, quota: 150 * 2 ** 20 }), persisted: async () => true };
  const engine = await start({ storage });
  await engine.streets.download();
  const { doing, error, coming } = engine.state().streets;
  assert.deepEqual([doing, error.code, coming], ["idle", "map_room", null]);
  assert.deepEqual(office.given, []);
  assert.ok((await engine.savePetition(petition("Un bache"))).folio);
});

test("it can be paused, gone on with and removed, and the queue is not touched", async () => {
  const engine = await start();
  await engine.savePetition(petition("Un bache"));
  office.link = async ({ path, answer }) => {
    if (path.endsWith(".pmtiles") && office.given.length === 3) await engine.streets.pause();
    return answer();
  };
  await engine.streets.download();
  assert.equal(engine.state().streets.doing, "paused");
  const paused = office.given.length;
  tablet.kill();
  const { engine: later } = await tablet.start();
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(office.given.length, paused, "a paused download does not go on by itself");
  office.link = ({ answer }) => answer();
  await later.streets.download();
  assert.deepEqual(await held(later), office.map.content);
  await later.streets.remove();
  assert.equal(later.streets.reader(), null);
  assert.equal((await later.queue()).length, 1);
  assert.equal(later.state().streets.held, null);
});

test("two tabs at once fetch each part once", async () => {
  const first = await start();
  const { engine: second } = await tablet.start();
  await Promise.all([first.streets.download(), second.streets.download()]);
  assert.equal(office.given.length, PARTS);
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.deepEqual(await held(second), office.map.content);
});

test("an office without a map is told as such", async () => {
  office.map = null;
  office.etag = 'W/"sin"';
  const engine = await start();
  await engine.streets.download();
  const { offered, held: none, coming, doing, error } = engine.state().streets;
  assert.deepEqual([offered, none, coming, doing, error], [null, null, null, "idle", null]);
});
