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

test("photos arrive byte for byte under the hash of their bytes", async () => {
  const { engine } = await tablet.start();
  const bytes = crypto.getRandomValues(new Uint8Array(60_000));
  await engine.savePetition(petition("x", { photos: [new Blob([bytes], { type: "image/jpeg" })] }));
  await engine.drain();
  const name = createHash("sha256").update(bytes).digest("hex");
  assert.deepEqual(office.photos.get(name), bytes);
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

test("a photo is let go only after its own receipt and its records'", async () => {
  const { engine } = await tablet.start();
  const one = photo("shared");
  const name = createHash("sha256").update(new Uint8Array(await one.arrayBuffer())).digest("hex");
  await engine.savePetition(petition("first", { photos: [one] }));
  office.link = async ({ answer, path }) => {
    if (path.includes("attachments")) throw new TypeError("down");
    return answer();
  };
  await engine.drain();
  assert.ok(await engine.photo(name), "the record has its receipt, the photo has not");
  await engine.savePetition(petition("second", { photos: [one] }));
  office.link = ({ answer }) => answer();
  await engine.drain();
  assert.equal(await engine.photo(name), null);
  assert.ok(office.photos.has(name));
});

test("a photo in the office stays on the tablet while its record waits", async () => {
  const { engine } = await tablet.start();
  await engine.savePetition(petition("x", { photos: [photo("early")] }));
  const [{ photos }] = await engine.queue();
  office.link = async ({ answer, path }) => (path.includes("sync") ? new Response("{}", { status: 500 }) : answer());
  await engine.drain();
  assert.equal(office.photos.size, 1);
  assert.ok(await engine.photo(photos.names[0]));
  office.link = ({ answer }) => answer();
  await engine.drain();
  assert.equal(await engine.photo(photos.names[0]), null);
});

test("a photo whose try was cut is asked after before it is sent again", async () => {
  const { engine } = await tablet.start();
  await engine.savePetition(petition("x", { photos: [photo("cut")] }));
  office.link = async ({ answer, method }) => {
    const got = await answer();
    if (method === "PUT") throw new TypeError("the answer was lost");
    return got;
  };
  await engine.drain();
  assert.equal(office.puts.length, 1);
  await engine.drain();
  assert.equal(office.puts.length, 1, "the office had it: HEAD said so");
  assert.equal((await engine.queue())[0].photos.sent, 1);
});

test("a photo that the office will not take is set aside, said, and keeps nothing else", async () => {
  const { engine } = await tablet.start();
  await engine.savePetition(petition("x", { photos: [photo("bad"), photo("good")] }));
  let refusals = 0;
  office.link = async ({ answer, method }) => {
    if (method === "PUT" && refusals < 3 && office.puts.length !== 0) {
      refusals += 1;
      return new Response(JSON.stringify({ detail: "No es una foto." }), { status: 422 });
    }
    return answer();
  };
  for (let n = 0; n < 5; n += 1) await engine.drain();
  const [row] = await engine.queue();
  assert.deepEqual([row.state, row.photos.sent, row.photos.refused], ["in_office", 1, 1]);
  assert.deepEqual(row.photos.errors, ["No es una foto."]);
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

test("saving sends by itself soon after, and a signal that comes back wakes it", async () => {
  const { engine } = await tablet.start();
  const arrived = async () => {
    for (let n = 0; n < 100 && !office.all().length; n += 1) await new Promise((resolve) => setTimeout(resolve, 50));
    return office.all().length;
  };
  await engine.savePetition(petition("x"));
  assert.equal(await arrived(), 1);
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
