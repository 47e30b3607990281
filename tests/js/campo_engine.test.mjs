import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { afterEach, beforeEach, test } from "node:test";

import { Office, VISIT } from "./campo/office.mjs";
import { disk, engineModule, HERE, Killed, petition, photo, PIN, Tablet } from "./campo/tablet.mjs";

let office;
let tablet;
beforeEach(() => {
  office = new Office();
  tablet = new Tablet(office);
});
afterEach(() => {
  disk.full = false;
  tablet.kill();
});

const states = async (engine) => (await engine.queue()).map(({ state }) => state);

test("what is saved is in the office once it is sent, photos and all", async () => {
  const { engine } = await tablet.start();
  const { id, folio } = await engine.savePetition(petition("Un bache", { photos: [photo("one"), photo("two")] }));
  assert.match(folio, /^\d\d-A71-00001-[0-9A-Z]$/);
  assert.equal((await engine.queue())[0].state, "waiting");
  const link = await engine.drain();
  assert.equal(link.state, "idle");
  const [sent] = office.all();
  assert.equal(sent.id, id);
  assert.equal(sent.folio, folio);
  assert.equal(sent.captured_by, "rosa");
  assert.equal(sent.device_clock.zone, Intl.DateTimeFormat().resolvedOptions().timeZone);
  assert.match(sent.captured_at, /T\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d$/);
  assert.equal(office.photos.size, 2);
  const [row] = await engine.queue();
  assert.deepEqual([row.state, row.photos.sent, row.photos.total], ["in_office", 2, 2]);
});

test("a door and its petitions are saved together and named by it", async () => {
  const { engine } = await tablet.start();
  const before = await engine.savePetition(petition("first"));
  const door = await engine.saveDoor({
    visit: VISIT,
    outcome: "petition",
    location: HERE,
    petitions: [before.id, petition("second"), petition("third")],
  });
  await engine.drain();
  const [encounter] = office.all("encounter");
  assert.deepEqual(encounter.petitions, [before.id, ...door.petitions.map(({ id }) => id)]);
  assert.equal(new Set(office.all("petition").map(({ folio }) => folio)).size, 3);
  assert.deepEqual((await engine.doors(VISIT)).map(({ outcome }) => outcome), ["petition"]);
});

test("killed between any two steps, nothing is lost, nothing doubled, and no folio serves twice", async () => {
  for (let killAt = 1; ; killAt += 1) {
    office = new Office();
    tablet = new Tablet(office);
    const told = [];
    await tablet.start(); // enrolled before: that the code is spent and lost is the one thing it may cost
    tablet.kill();
    const { engine, killer } = await tablet.open({ killAt });
    const live = async (work) => {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof Killed) && !killer.dead) throw error;
        return null;
      }
    };
    await live(() => engine.unlock({ pin: PIN }));
    for (const text of ["a", "b"]) {
      const saved = await live(() => engine.savePetition(petition(text, { photos: [photo(text)] })));
      if (saved) told.push(saved);
    }
    const door = await live(() => engine.saveDoor({ visit: VISIT, outcome: "petition", petitions: [petition("c", { photos: [photo("c")] })] }));
    if (door) told.push({ id: door.id }, ...door.petitions);
    await live(() => engine.drain());
    const survived = !killer.dead;
    tablet.kill();

    const next = (await tablet.start()).engine;
    await next.savePetition(petition("after"));
    await next.drain();
    const arrived = office.all();
    const folios = arrived.filter(({ kind }) => kind === "petition").map(({ folio }) => folio);
    assert.equal(new Set(folios).size, folios.length, `step ${killAt}: a folio twice`);
    assert.deepEqual(office.changed(), [], `step ${killAt}: two contents under one id`);
    for (const { id, folio } of told) {
      const there = arrived.find((record) => record.id === id);
      assert.ok(there, `step ${killAt}: lost`);
      assert.equal(there.folio, folio);
      for (const { sha256 } of there.attachments ?? []) assert.ok(office.photos.has(sha256), `step ${killAt}: photo lost`);
    }
    const rows = await next.queue();
    assert.ok(rows.every(({ state, photos }) => state === "in_office" && photos.sent === photos.total));
    tablet.kill();
    if (survived) {
      assert.ok(killAt > 30, `${killAt} steps`);
      break;
    }
  }
});

test("two tabs at once: each record once, folios without a repeat or a gap", async () => {
  const one = await tablet.start();
  const two = await tablet.start();
  const save = (page, n) => page.engine.savePetition(petition(`n ${n}`, { photos: [photo(`n ${n}`)] }));
  const told = await Promise.all(Array.from({ length: 30 }, (_, n) => save(n % 2 ? one : two, n)));
  const numbers = told.map(({ folio }) => Number(folio.slice(7, 12))).sort((a, b) => a - b);
  assert.deepEqual(numbers, Array.from({ length: 30 }, (_, n) => n + 1));
  await Promise.all([one.engine.drain(), two.engine.drain()]);
  await one.engine.drain();
  assert.equal(office.all().length, 30);
  assert.equal(office.puts.length, 30, "only one of them sent");
  assert.deepEqual(office.changed(), []);
});

test("two tabs that both lead, as after a lead was taken, double nothing", async () => {
  const one = await tablet.start();
  const two = await tablet.start();
  for (let n = 0; n < 10; n += 1) await one.engine.savePetition(petition(`n ${n}`, { photos: [photo(`n ${n}`)] }));
  tablet.locks.request = async (_name, _options, work) => work({});
  await Promise.all([one.engine.drain(), two.engine.drain()]);
  await one.engine.drain();
  assert.equal(office.all().length, 10);
  assert.deepEqual(office.changed(), []);
  assert.deepEqual(new Set(await states(two.engine)), new Set(["in_office"]));
});

test("a full disk saves nothing, says so, and costs no folio", async () => {
  const { engine } = await tablet.start();
  await engine.savePetition(petition("fits"));
  disk.full = true;
  await assert.rejects(engine.savePetition(petition("does not")), { code: "full" });
  assert.equal((await engine.queue()).length, 1);
  disk.full = false;
  const { folio } = await engine.savePetition(petition("fits again"));
  assert.match(folio, /-00002-/);
});

test("a clock wrong by years is told with each record, and the folio follows the office's year", async () => {
  const YEARS = 7 * 365 * 86_400_000;
  tablet = new Tablet(office, { now: () => Date.now() - YEARS });
  const { engine } = await tablet.start();
  assert.ok(Math.abs(engine.state().clock.offset_ms - YEARS) < 5000);
  assert.equal(engine.state().clock.skewed, true);
  const { folio } = await engine.savePetition(petition("x"));
  await engine.drain();
  const [sent] = office.all();
  assert.ok(Math.abs(sent.device_clock.offset_ms - YEARS) < 5000);
  assert.ok(Date.parse(sent.captured_at) < Date.now() - YEARS + 60_000, "what the device said, untouched");
  assert.equal(folio.slice(0, 2), String(new Date().getFullYear()).slice(2));
});

test("the same bytes go out however often and from whichever page", async () => {
  const { engine } = await tablet.start();
  await engine.savePetition(petition("x"));
  office.link = async ({ answer }) => {
    await answer();
    throw new TypeError("lost");
  };
  await engine.drain();
  tablet.kill();
  const again = (await tablet.start()).engine;
  await again.drain();
  office.link = ({ answer }) => answer();
  await again.drain();
  assert.deepEqual(office.changed(), []);
  assert.ok(office.batches.length >= 3);
  assert.deepEqual(await states(again), ["in_office"]);
});

test("what has been in the office for two days goes; what waits stays for ever", async () => {
  let now = Date.now();
  tablet = new Tablet(office, { now: () => now });
  const { engine } = await tablet.start();
  await engine.savePetition(petition("old"));
  await engine.drain();
  office.link = async ({ answer, path }) => {
    if (path.includes("attachments")) throw new TypeError("down");
    return answer();
  };
  await engine.savePetition(petition("its photo waits", { photos: [photo("w")] }));
  await engine.drain();
  now += 3 * 86_400_000;
  await engine.drain();
  office.link = ({ answer }) => answer();
  await engine.drain();
  assert.equal((await engine.queue()).length, 0);
  assert.equal(office.photos.size, 1);
});

test("a draft outlives the page, sealed, and goes with the saving of its form", async () => {
  const { engine } = await tablet.start();
  await engine.drafts.put("door 1", { data: { text: "a medias" }, photos: [photo("d")] });
  tablet.kill();
  const again = (await tablet.start()).engine;
  assert.deepEqual(await again.drafts.list(), ["door 1"]);
  const draft = await again.drafts.get("door 1");
  assert.equal(draft.data.text, "a medias");
  assert.equal(await draft.photos[0].text(), await photo("d").text());
  await again.savePetition({ ...petition("x"), draft: "door 1" });
  assert.deepEqual(await again.drafts.list(), []);
});

test("the queue goes out in a file with all that the office has not", async () => {
  const { engine } = await tablet.start();
  await engine.savePetition(petition("in"));
  await engine.drain();
  const { folio } = await engine.savePetition(petition("out", { photos: [photo("out")] }));
  const { blob, filename, records, photos } = await engine.exportQueue();
  const file = JSON.parse(await blob.text());
  assert.equal(file.format, "aldaba-queue");
  assert.deepEqual([records, photos, file.records.length, file.photos.length], [1, 1, 1, 1]);
  assert.equal(file.records[0].folio, folio);
  const bytes = Buffer.from(file.photos[0].base64, "base64");
  assert.equal(createHash("sha256").update(bytes).digest("hex"), file.photos[0].sha256);
  assert.match(filename, /^aldaba-tableta-1-\d{4}-\d\d-\d\d-\d\d-\d\d\.json$/);
});

test("a version that knows more tables keeps what the older one stored", async () => {
  const { DATABASE } = await engineModule("store");
  const { engine } = await tablet.start();
  await engine.savePetition(petition("x"));
  const upgrade = indexedDB.open(DATABASE, 99);
  await new Promise((resolve, reject) => {
    upgrade.onsuccess = () => resolve(upgrade.result.close());
    upgrade.onblocked = () => reject(new Error("the older page holds on to the database"));
    upgrade.onerror = reject;
  });
});

test("a record or a photo spoilt on the disk is said, kept, and holds up nothing", async () => {
  const { engine } = await tablet.start();
  const { id } = await engine.savePetition(petition("spoilt"));
  await engine.savePetition(petition("sound", { photos: [photo("spoilt"), photo("sound")] }));
  const names = office.puts;
  const db = await new Promise((resolve) => {
    const opening = indexedDB.open("aldaba-campo");
    opening.onsuccess = () => resolve(opening.result);
  });
  const tx = db.transaction(["queue", "blobs"], "readwrite", { durability: "strict" });
  tx.objectStore("queue").index("id").get(id).onsuccess = ({ target }) => {
    new Uint8Array(target.result.sealed.box)[3] ^= 1;
    tx.objectStore("queue").put(target.result);
  };
  tx.objectStore("blobs").openCursor().onsuccess = ({ target }) => {
    const sealed = target.result.value;
    new Uint8Array(sealed.box)[3] ^= 1;
    target.result.update(sealed);
  };
  await new Promise((resolve) => (tx.oncomplete = resolve));
  db.close();
  await engine.drain();
  assert.deepEqual(office.all().map(({ description }) => description), ["sound"]);
  assert.equal(names.length, 1);
  const rows = await engine.queue();
  assert.deepEqual(rows.map(({ state }) => state), ["in_office", "waiting"]);
  assert.equal(rows[1].errors[0].code, "damaged");
  assert.equal(rows[0].photos.refused, 1);
});
