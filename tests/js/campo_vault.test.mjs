import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { Office, VISIT } from "./campo/office.mjs";
import { engineModule, petition, photo, PIN, Tablet } from "./campo/tablet.mjs";

const { refuseWeak } = await engineModule("pin");
const { codeOf } = await engineModule("enrolment");
let office;
let tablet;
let now;
beforeEach(() => {
  now = Date.now();
  office = new Office();
  tablet = new Tablet(office, { now: () => now });
});
afterEach(() => tablet.kill());

/** Everything on the tablet's disk, as text. */
async function disk() {
  const db = await new Promise((resolve) => {
    const opening = indexedDB.open("aldaba-campo");
    opening.onsuccess = () => resolve(opening.result);
  });
  let found = "";
  for (const name of db.objectStoreNames) {
    const rows = await new Promise((resolve) => {
      const request = db.transaction(name).objectStore(name).getAll();
      request.onsuccess = () => resolve(request.result);
    });
    found += JSON.stringify(rows, (_key, value) => {
      if (value instanceof ArrayBuffer) return Buffer.from(value).toString("latin1");
      return ArrayBuffer.isView(value) ? Buffer.from(value.buffer).toString("latin1") : value;
    });
  }
  db.close();
  return found;
}

test("nothing that a citizen said, nor the token, lies open on the disk", async () => {
  const { engine } = await tablet.start();
  await engine.refreshPack();
  await engine.savePetition(petition("secreto a voces", { photos: [photo("una cara")] }));
  await engine.saveDoor({ visit: VISIT, outcome: "come_back", note: "vuelve el martes" });
  await engine.drafts.put("x", { data: { text: "a medias" }, photos: [photo("otra cara")] });
  const found = await disk();
  assert.match(found, /catalogue/);
  for (const text of ["secreto", "Ana Ruiz", "669 123", "una cara", "martes", "a medias", "otra cara", "token 1", "Doña Lupe", PIN]) {
    assert.ok(!found.includes(text), text);
  }
});

test("locked, it saves with a folio, and neither reads nor sends", async () => {
  const { engine } = await tablet.start();
  await engine.savePetition(petition("before"));
  await engine.lock();
  const { id, folio } = await engine.savePetition(petition("locked", { photos: [photo("l")] }));
  assert.match(folio, /-00002-/);
  assert.equal((await engine.queue()).length, 2);
  await assert.rejects(engine.read(id), { code: "locked" });
  await assert.rejects(engine.exportQueue(), { code: "locked" });
  assert.equal((await engine.drain()).state, "locked");
  assert.equal(office.all().length, 0);
  await engine.unlock({ pin: PIN });
  await engine.drain();
  assert.deepEqual(office.all().map(({ captured_by }) => captured_by), ["rosa", "rosa"]);
  assert.equal(office.photos.size, 1);
});

test("locking one tab locks the others", async () => {
  const one = await tablet.start();
  const two = await tablet.start();
  await one.engine.lock();
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(two.engine.state().locked, true);
});

test("a wrong PIN is counted on the disk before it is tried, and then waited for", async () => {
  await tablet.start();
  tablet.kill();
  let page = await tablet.open();
  for (let left = 4; left >= 0; left -= 1) {
    await assert.rejects(page.engine.unlock({ pin: "111222" }), { code: "wrong_pin", tries_left: left });
  }
  tablet.kill();
  page = await tablet.open();
  await assert.rejects(page.engine.unlock({ pin: PIN }), { code: "wait" });
  assert.ok(page.engine.state().pin.wait_until > now);
  now += 31_000;
  await assert.rejects(page.engine.unlock({ pin: "111222" }), { code: "wrong_pin" });
  await assert.rejects(page.engine.unlock({ pin: PIN }), { code: "wait" });
  now += 61_000;
  await page.engine.unlock({ pin: PIN });
  assert.equal(page.engine.state().pin.tries_left, 5);
});

test("a clock set back while waiting locks nobody out for longer than the longest wait", async () => {
  const { engine } = await tablet.start();
  await engine.lock();
  for (let n = 0; n < 5; n += 1) await assert.rejects(engine.unlock({ pin: "111222" }));
  now -= 10 * 365 * 86_400_000;
  await assert.rejects(engine.unlock({ pin: PIN }), ({ code, until }) => code === "wait" && until <= now + 15 * 60_000);
});

test("several staff share the tablet, each with a PIN, each record its own author's", async () => {
  const { engine } = await tablet.start();
  await engine.savePetition(petition("of Rosa"));
  await engine.addStaff({ username: "beto", name: "Beto Luna", pin: "839205" });
  await assert.rejects(engine.addStaff({ username: "beto", name: "Otro", pin: "839206" }), { code: "staff_exists" });
  await engine.lock();
  await engine.unlock({ pin: "839205", username: "beto" });
  assert.deepEqual(engine.state().who, { username: "beto", name: "Beto Luna" });
  await engine.savePetition(petition("of Beto"));
  await engine.drain();
  assert.deepEqual(office.all().map(({ captured_by }) => captured_by), ["rosa", "beto"]);
  await engine.changePin({ pin: "730184" });
  await engine.lock();
  await assert.rejects(engine.unlock({ pin: "839205", username: "beto" }), { code: "wrong_pin" });
  await engine.unlock({ pin: "730184" });
  await engine.removeStaff("rosa");
  assert.deepEqual(engine.state().staff, [{ username: "beto", name: "Beto Luna" }]);
  await assert.rejects(engine.removeStaff("beto"), { code: "incomplete" });
});

test("a forgotten PIN: enrolled anew, what waited is kept, and is sent once the old PIN is remembered", async () => {
  const { engine } = await tablet.start();
  const { folio } = await engine.savePetition(petition("of yesterday", { photos: [photo("y")] }));
  tablet.kill();
  const again = (await tablet.open()).engine;
  await again.enrol({ code: office.code, pin: "905173" });
  await again.savePetition(petition("of today"));
  await again.drain();
  assert.equal(office.all().length, 1);
  assert.equal(again.state().counts.waiting, 1, "kept");
  await assert.rejects(again.recover({ pin: "111222" }), { code: "wrong_pin" });
  await again.recover({ pin: PIN });
  await again.drain();
  assert.ok(office.all().some((record) => record.folio === folio));
  assert.equal(office.photos.size, 1);
  await again.lock();
  await again.unlock({ pin: "905173" });
  assert.equal((await again.queue()).length, 2);
});

test("a wrong code costs nothing, and a weak PIN spends no code", async () => {
  const { engine } = await tablet.open();
  await assert.rejects(engine.enrol({ code: "XXXXX-XXXXX", pin: PIN }), { code: "enrolment_refused" });
  await assert.rejects(engine.enrol({ code: office.code, pin: "123456" }), { code: "weak_pin" });
  assert.equal(office.series, 0);
  await assert.rejects(engine.savePetition(petition("x")), { code: "not_enrolled" });
  await engine.enrol({ code: office.code, pin: PIN });
  assert.equal(engine.state().enrolled, true);
});

test("PINs that anybody would try first are weak", () => {
  for (const pin of ["12345", "111111", "123456", "654321", "12345678", "abc123", "", "1234567890123"]) {
    assert.throws(() => refuseWeak(pin), { code: "weak_pin" }, pin);
  }
  for (const pin of ["274916", "112233", "901234"]) refuseWeak(pin);
});

test("a code is found in what the QR holds and in what a hand types", () => {
  assert.equal(codeOf("https://aldaba.example/campo/#alta=ABCDE-12345"), "ABCDE-12345");
  assert.equal(codeOf(" abcde 12345 "), "ABCDE-12345");
  assert.equal(codeOf("ABCDE-I2345"), "ABCDE-12345");
  assert.equal(codeOf("https://otra.example/"), null);
  assert.equal(codeOf("U2345-67890"), null);
});

test("whoever has a PIN gives another to somebody who forgot theirs, and everything opens with it", async () => {
  const { engine } = await tablet.start();
  await engine.addStaff({ username: "beto", name: "Beto Luna", pin: "839205" });
  engine.lock();
  await engine.unlock({ pin: "839205", username: "beto" });
  const { id } = await engine.savePetition(petition("de Beto"));
  engine.lock();
  await engine.unlock({ pin: PIN, username: "rosa" });
  await engine.addStaff({ username: "beto", name: "Beto Luna", pin: "572068" }, { replace: true });
  engine.lock();
  await assert.rejects(engine.unlock({ pin: "839205", username: "beto" }), { code: "wrong_pin" });
  await engine.unlock({ pin: "572068", username: "beto" });
  assert.equal((await engine.read(id)).description, "de Beto");
  assert.equal(engine.state().staff.length, 2);
});
