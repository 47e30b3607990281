import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { Office } from "./campo/office.mjs";
import { HERE, petition, photo, PIN, Tablet } from "./campo/tablet.mjs";

let office;
let tablet;
beforeEach(() => {
  office = new Office();
  tablet = new Tablet(office);
});
afterEach(() => tablet.kill());

const states = async (engine) => (await engine.queue()).map(({ state }) => state);

test("a link that loses questions and answers doubles nothing and loses nothing", async () => {
  const { engine } = await tablet.start();
  let seed = 7;
  office.link = async ({ answer }) => {
    seed = (seed * 48_271) % 2_147_483_647;
    if (seed % 3 === 0) throw new TypeError("network down");
    const got = await answer();
    if (seed % 3 === 1) throw new TypeError("the answer was lost");
    return got;
  };
  const told = [];
  for (let n = 0; n < 12; n += 1) told.push(await engine.savePetition(petition(`n ${n}`, { photos: [photo(`p ${n}`)] })));
  for (let tries = 0; tries < 200 && engine.state().counts.photos_waiting + engine.state().counts.waiting; tries += 1) {
    await engine.drain();
  }
  assert.deepEqual(office.all().map(({ folio }) => folio).sort(), told.map(({ folio }) => folio).sort());
  assert.deepEqual(office.changed(), []);
  assert.equal(office.photos.size, 12);
  assert.deepEqual(new Set(await states(engine)), new Set(["in_office"]));
});

test("a link that stalls is given up, and tried again", async () => {
  const { engine } = await tablet.start();
  await engine.savePetition(petition("x"));
  const good = office.link;
  office.link = () => new Promise(() => {});
  const link = await engine.drain();
  assert.equal(link.error.code, "slow");
  assert.ok(link.next_try_at > Date.now());
  office.link = good;
  await engine.drain();
  assert.deepEqual(await states(engine), ["in_office"]);
});

test("a network's sign-in page is no receipt", async () => {
  const { engine } = await tablet.start();
  await engine.savePetition(petition("x", { photos: [photo("x")] }));
  const good = office.link;
  office.link = async () => new Response("<html>Bienvenido</html>", { status: 200, headers: { "Content-Type": "text/html" } });
  assert.equal((await engine.drain()).state, "offline");
  assert.deepEqual(await states(engine), ["waiting"]);
  office.link = async ({ answer, path }) => (path.includes("attachments") ? new Response("<html>", { status: 200 }) : answer());
  await engine.drain();
  const [row] = await engine.queue();
  assert.deepEqual([row.state, row.photos.sent], ["in_office", 0]);
  office.link = good;
  await engine.drain();
  assert.equal(office.photos.size, 1);
});

test("receipts that do not fit what was sent move nothing", async () => {
  const { engine } = await tablet.start();
  await engine.savePetition(petition("x"));
  for (const receipts of [[], [{ id: "another", outcome: "stored" }], [{}], [{ outcome: "stored" }], ["stored"], null]) {
    office.link = async () => new Response(JSON.stringify({ receipts }), { status: 200 });
    await engine.drain();
    assert.deepEqual(await states(engine), ["waiting"]);
  }
});

test("a held record is in the office and says why; a rejected one stays", async () => {
  const { engine } = await tablet.start();
  await engine.savePetition(petition("kept", { photos: [photo("kept")] }));
  office.hold = () => [{ pointer: "/category", code: "unknown_category", detail: "No existe esa categoría." }];
  await engine.drain();
  const [row] = await engine.queue();
  assert.equal(row.state, "held");
  assert.equal(row.errors[0].detail, "No existe esa categoría.");
  assert.equal(row.photos.sent, 1);
  const { id } = await engine.savePetition(petition("refused"));
  office.link = async () =>
    new Response(JSON.stringify({ receipts: [{ id, outcome: "rejected", errors: [] }] }), { status: 200 });
  await engine.drain();
  assert.deepEqual(await states(engine), ["rejected", "held"]);
  assert.equal((await engine.read(id)).description, "refused");
});

test("a revoked tablet stops asking, keeps everything, and goes on once enrolled again", async () => {
  const { engine } = await tablet.start();
  const first = await engine.savePetition(petition("before"));
  await engine.drain();
  const second = await engine.savePetition(petition("half way", { photos: [photo("z")] }));
  office.tokens.clear();
  let link = await engine.drain();
  assert.equal(link.state, "refused");
  assert.match(link.error.message, /dada de baja/);
  assert.deepEqual(await states(engine), ["waiting", "in_office"]);
  const third = await engine.savePetition(petition("still saved"));
  tablet.kill();

  const again = (await tablet.start()).engine;
  assert.equal(again.state().counts.waiting, 2);
  await again.enrol({ code: office.code, pin: PIN });
  assert.equal(again.state().device.series, "A72");
  const fourth = await again.savePetition(petition("new series"));
  link = await again.drain();
  assert.equal(link.state, "idle");
  assert.deepEqual(
    office.all().map(({ folio }) => folio),
    [first, second, third, fourth].map(({ folio }) => folio),
  );
  assert.match(fourth.folio, /-A72-00001-/);
  assert.equal(office.photos.size, 1);
});

test("one record that the office chokes on does not keep the others", async () => {
  const { engine } = await tablet.start();
  for (let n = 0; n < 9; n += 1) await engine.savePetition(petition(n === 4 ? "poison" : `n ${n}`));
  const fetchWell = office.fetch.bind(office);
  office.fetch = async (path, options) =>
    options.body && new TextDecoder().decode(options.body).includes("poison")
      ? new Response(JSON.stringify({ detail: "Falla." }), { status: 500 })
      : fetchWell(path, options);
  await engine.drain();
  assert.equal(office.all().length, 8);
  const waiting = (await engine.queue()).filter(({ state }) => state === "waiting");
  assert.equal(waiting.length, 1);
  assert.equal(waiting[0].errors[0].detail, "Falla.");
  office.fetch = fetchWell;
  await engine.drain();
  assert.equal(office.all().length, 9);
});

test("batches keep to the office's limits and split when it says too large", async () => {
  const { engine } = await tablet.start();
  office.limits = { records: 7, sync_bytes: 6000 };
  office.etag = 'W/"2"';
  await engine.refreshPack();
  for (let n = 0; n < 40; n += 1) await engine.savePetition(petition(`n ${n}`));
  await engine.drain();
  assert.ok(Math.max(...office.batches) <= 7, String(office.batches));
  assert.equal(office.all().length, 40);
  for (let n = 0; n < 10; n += 1) await engine.savePetition(petition(`large ${n}`));
  const fetchWell = office.fetch.bind(office);
  office.fetch = async (path, options) =>
    options.body?.length > 1500 ? new Response("{}", { status: 413 }) : fetchWell(path, options);
  await engine.drain();
  assert.equal(office.all().length, 50);
});

test("saving sends by itself soon after, and a signal that comes back wakes it", async () => {
  const { engine } = await tablet.start();
  const arrived = async () => {
    for (let n = 0; n < 100 && !office.all().length; n += 1) await new Promise((resolve) => setTimeout(resolve, 50));
    return office.all().length;
  };
  await engine.savePetition(petition("x"));
  assert.equal(await arrived(), 1);
});

test("the pack is kept, not fetched again unchanged, and half of it is there when locked", async () => {
  const { engine } = await tablet.start();
  assert.equal(await engine.refreshPack(), "changed");
  assert.equal(await engine.refreshPack(), "unchanged");
  const pack = await engine.pack();
  assert.equal(pack.visits[0].follow_ups.length, 1);
  assert.equal(engine.nearby(pack, { category: "bache", location: HERE })[0].folio, "26-A7F-00042-K");
  assert.deepEqual(engine.nearby(pack, { category: "otra", location: HERE }), []);
  await engine.lock();
  const open = await engine.pack();
  assert.deepEqual(open.visits[0].follow_ups, []);
  assert.equal(open.catalogue.categories.length, 1);
});

test("what a tab was sending when it fell silent waits again, and its lead is taken", async () => {
  let now = Date.now();
  tablet = new Tablet(office, { now: () => now });
  const one = await tablet.start({ patience_ms: 3000 });
  const two = await tablet.start();
  await one.engine.savePetition(petition("x"));
  office.link = () => new Promise(() => {});
  one.engine.drain();
  const isSending = async () => (await states(two.engine))[0] === "sending";
  for (let n = 0; n < 100 && !(await isSending()); n += 1) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal((await two.engine.queue())[0].state, "sending");
  assert.equal((await two.engine.drain()).state, "elsewhere");
  one.engine.close(); // asleep: it holds the lock and says nothing
  tablet.locks.held.set("aldaba-campo-sending", Symbol("asleep"));
  office.link = ({ answer }) => answer();
  now += 4 * 60_000;
  assert.equal((await two.engine.queue())[0].state, "waiting");
  assert.equal((await two.engine.drain()).state, "idle");
  assert.deepEqual(await states(two.engine), ["in_office"]);
});

test("with nothing to send, the pack is asked for, and a refusal learnt", async () => {
  const { engine } = await tablet.start();
  let link = await engine.drain();
  assert.ok(link.last_ok_at);
  assert.ok(engine.state().pack.fetched_at);
  link = await engine.drain();
  assert.equal(link.state, "idle");
});

test("a page that refuses is no refusal of the office's", async () => {
  const { engine } = await tablet.start();
  await engine.savePetition(petition("x"));
  office.link = async () => new Response("<html>Pague su internet</html>", { status: 403 });
  assert.equal((await engine.drain()).state, "offline");
  office.link = ({ answer }) => answer();
  await engine.drain();
  assert.deepEqual(await states(engine), ["in_office"]);
});
