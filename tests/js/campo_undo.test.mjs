// A door tapped by mistake, taken back: as if it had not been while it is on the tablet, told to the office once it left.
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { Office, VISIT } from "./campo/office.mjs";
import { Killed, petition, PIN, Tablet } from "./campo/tablet.mjs";

let office;
let tablet;
const down = () => Promise.reject(new TypeError("network down"));
const up = ({ answer }) => answer();

beforeEach(() => {
  office = new Office();
  tablet = new Tablet(office);
});
afterEach(() => tablet.kill());

/** The doors that count in the office: those that came, but for those undone there. */
function standing() {
  const undone = new Set(office.all("encounter_undo").map(({ encounter }) => encounter));
  return office.all("encounter").filter(({ id }) => !undone.has(id));
}

test("a door that has not left the tablet is taken back without a trace", async () => {
  const { engine } = await tablet.start();
  office.link = ({ path, answer }) => (path.includes("sync") ? down() : answer());
  const { id } = await engine.saveDoor({ visit: VISIT, outcome: "refused" });
  await engine.undoDoor(id);
  assert.deepEqual(await engine.queue(), []);
  assert.deepEqual(await engine.doors(VISIT), []);
  tablet.kill();
  office.link = up;
  const { engine: later } = await tablet.start();
  await later.drain();
  assert.deepEqual(office.all(), []);
});

test("a door that is in the office is told to be undone, once, however often it is asked", async () => {
  const { engine } = await tablet.start();
  const { id } = await engine.saveDoor({ visit: VISIT, outcome: "nobody_home" });
  await engine.drain();
  await Promise.all([engine.undoDoor(id, { reason: "otro botón" }), engine.undoDoor(id)]);
  await engine.undoDoor(id);
  await engine.drain();
  const undos = office.all("encounter_undo");
  assert.equal(undos.length, 1);
  assert.deepEqual([undos[0].encounter, undos[0].captured_by], [id, "rosa"]);
  assert.ok(undos[0].at && undos[0].device_clock);
  assert.deepEqual(standing(), []);
  assert.deepEqual(await engine.doors(VISIT), []);
  const [undo, door] = await engine.queue();
  assert.deepEqual([undo.kind, undo.outcome, door.undone], ["encounter_undo", "nobody_home", true]);
});

test("a door whose answer was lost may have arrived, so the office is told", async () => {
  const { engine } = await tablet.start();
  office.link = async ({ path, answer }) => {
    await answer();
    return path.includes("sync") ? down() : answer();
  };
  const { id } = await engine.saveDoor({ visit: VISIT, outcome: "refused" });
  await engine.drain();
  await engine.undoDoor(id);
  office.link = up;
  await engine.drain();
  assert.equal(office.all("encounter").length, 1);
  assert.deepEqual(standing(), []);
});

test("a door that went out in a file may have arrived, so the office is told", async () => {
  const { engine } = await tablet.start();
  office.link = down;
  const { id } = await engine.saveDoor({ visit: VISIT, outcome: "refused" });
  await engine.exportQueue();
  await engine.undoDoor(id);
  assert.deepEqual((await engine.queue()).map(({ kind }) => kind), ["encounter_undo", "encounter"]);
});

test("its petitions stay, with their folios, and a corrected door names them", async () => {
  const { engine } = await tablet.start();
  const { id, petitions } = await engine.saveDoor({ visit: VISIT, outcome: "petition", petitions: [petition("a")] });
  await engine.drain();
  const ids = petitions.map((one) => one.id);
  const { id: corrected } = await engine.saveDoor({ visit: VISIT, outcome: "come_back", petitions: ids, replaces: id });
  await engine.drain();
  assert.deepEqual(standing().map((door) => [door.id, door.outcome, door.petitions]), [[corrected, "come_back", ids]]);
  assert.equal(office.all("petition").length, 1);
  assert.deepEqual((await engine.doors(VISIT)).map((door) => door.id), [corrected]);
});

test("killed at any step of undoing and sending, the door counts as the tablet said", async () => {
  for (let killAt = 0, done = false; !done; killAt += 1) {
    office = new Office();
    tablet = new Tablet(office);
    const { engine: before } = await tablet.start();
    office.link = down;
    const { id } = await before.saveDoor({ visit: VISIT, outcome: "refused" });
    tablet.kill();
    office.link = up;
    const { engine, killer } = await tablet.open();
    await engine.unlock({ pin: PIN });
    killer.left = killAt;
    const told = { undone: false, corrected: null };
    const sending = engine.drain().catch((error) => assert.ok(error instanceof Killed || killer.dead, error));
    try {
      told.corrected = (await engine.saveDoor({ visit: VISIT, outcome: "nobody_home", replaces: id })).id;
      await engine.undoDoor(told.corrected);
      told.undone = true;
    } catch (error) {
      assert.ok(error instanceof Killed || killer.dead, error);
    }
    await sending;
    done = !killer.dead;
    tablet.kill();
    const { engine: after } = await tablet.start();
    await after.drain();
    const outcomes = standing().map((door) => door.outcome);
    const allowed = told.undone ? [[]] : told.corrected ? [["nobody_home"], []] : [["refused"], ["nobody_home"]];
    assert.ok(allowed.some((one) => JSON.stringify(one) === JSON.stringify(outcomes)), `step ${killAt}: ${outcomes}`);
    assert.deepEqual(office.changed(), []);
    assert.deepEqual((await after.doors(VISIT)).map((door) => door.outcome), outcomes, `step ${killAt}: the tablet says otherwise`);
    tablet.kill();
  }
});

test("locked, a door can be taken back; one that is not there cannot", async () => {
  const { engine } = await tablet.start();
  const { id } = await engine.saveDoor({ visit: VISIT, outcome: "refused" });
  await engine.drain();
  engine.lock();
  await engine.undoDoor(id);
  await assert.rejects(engine.undoDoor("0199aaaa-0000-7000-8000-00000000ffff"), { code: "no_door" });
  await engine.unlock({ pin: PIN });
  await engine.drain();
  assert.deepEqual(standing(), []);
});
