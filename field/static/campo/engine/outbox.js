// The queue on disk: saving into it, reading it, and what each receipt does to it.
import { EngineError } from "./errors.js";
import { folioYear, formatFolio, LAST_NUMBER, makeFolio } from "./folio.js";
import { newId, sha256 } from "./identity.js";
import { doorRecord, petitionRecord, undoRecord } from "./records.js";
import { deviceTime } from "./clock.js";

const SAVED = ["queue", "photos", "blobs", "counters", "drafts"];

/**
 * @param {import("./store.js").Store} store
 * @param {ReturnType<import("./vault.js").makeVault>} vault
 * @param {{now: () => number, stamp: () => object, officeNow: () => number, series: () => string, zone: () => string | undefined}} env
 */
export function makeOutbox(store, vault, env) {
  function stampOf(given) {
    const captured_by = given.captured_by ?? vault.who?.username ?? vault.lastWho?.username;
    const now = env.now();
    return { id: newId(now), at: deviceTime(now), captured_by, device_clock: env.stamp() };
  }

  /** Everything that takes time, before the transaction: hashes and seals. */
  async function pack(kind, given, attachmentsOf, recordOf) {
    const stamp = stampOf(given);
    const photos = await Promise.all((given.photos ?? []).map(sealPhoto));
    const unique = [...new Map(photos.map((photo) => [photo.sha256, photo])).values()];
    const record = recordOf(given, stamp, attachmentsOf(unique));
    const row = {
      id: stamp.id,
      kind,
      folio: null,
      captured_by: stamp.captured_by,
      saved_at: env.now(),
      state: "waiting",
      errors: [],
      sealed: await vault.sealValue(`record ${stamp.id}`, record),
      photos: unique.map((photo) => photo.sha256),
      visit: given.visit ?? null,
      outcome: given.outcome ?? null,
      place: null,
      answered_at: null,
    };
    return { row, photos: unique };
  }

  async function sealPhoto(blob) {
    const bytes = await blob.arrayBuffer();
    const name = await sha256(bytes);
    const sealed = await vault.sealBytes(`photo ${name}`, bytes);
    return { sha256: name, bytes: bytes.byteLength, content_type: blob.type || "image/jpeg", sealed };
  }

  const packPetition = (given) =>
    pack("petition", given, (photos) => photos.map(({ sealed, ...named }) => named), petitionRecord);

  async function put(tx, { row, photos }) {
    if (row.kind === "petition") row.folio = await nextFolio(tx);
    await tx.objectStore("queue").add(row);
    for (const { sealed, ...photo } of photos) {
      const before = await tx.objectStore("photos").get(photo.sha256);
      const records = [...(before?.records ?? []), row.id];
      await tx.objectStore("photos").put({ ...photo, records, state: "waiting", error: null, tries: 0 });
      await tx.objectStore("blobs").put(sealed, photo.sha256);
    }
  }

  /** The next folio of the series, in the transaction that saves its record: neither is there without the other. */
  async function nextFolio(tx) {
    const year = folioYear(env.officeNow(), env.zone());
    const counter = `${env.series()} ${year}`;
    const number = ((await tx.objectStore("counters").get(counter)) ?? 0) + 1;
    if (number > LAST_NUMBER) return null;
    await tx.objectStore("counters").put(number, counter);
    return formatFolio(makeFolio(year, env.series(), number));
  }

  async function savePetition(given) {
    const packed = await packPetition(given);
    await store.write(SAVED, async (tx) => {
      await put(tx, packed);
      if (given.draft) await tx.objectStore("drafts").delete(given.draft);
    });
    return { id: packed.row.id, folio: packed.row.folio };
  }

  async function saveDoor(given) {
    const petitions = await Promise.all(
      (given.petitions ?? []).map((one) => (typeof one === "string" ? one : packPetition({ visit: given.visit, ...one }))),
    );
    const ids = petitions.map((one) => (typeof one === "string" ? one : one.row.id));
    const door = await pack("encounter", { ...given, photos: [] }, () => ids, doorRecord);
    const undone = given.replaces ? await packUndo(given.replaces, given) : null;
    const fresh = petitions.filter((one) => typeof one !== "string");
    await store.write(SAVED, async (tx) => {
      if (undone) await undo(tx, given.replaces, undone);
      for (const petition of fresh) await put(tx, petition);
      await put(tx, door);
      if (given.draft) await tx.objectStore("drafts").delete(given.draft);
    });
    return { id: door.row.id, petitions: fresh.map(({ row }) => ({ id: row.id, folio: row.folio })) };
  }

  const packUndo = (encounter, { reason, captured_by } = {}) =>
    pack("encounter_undo", { encounter, reason, captured_by }, () => [], undoRecord);

  /**
   * Takes a door back: one that never left is as if it had not been; of one that may have, the office is told.
   * Its petitions stay. Undoing again is nothing.
   */
  async function undo(tx, id, packed) {
    const queue = tx.objectStore("queue");
    const row = await queue.index("id").get(id);
    if (row?.kind !== "encounter") throw new EngineError("no_door");
    if (row.undone) return;
    if (row.state === "waiting" && !row.left) return void (await queue.delete(row.seq));
    await queue.put({ ...row, undone: true });
    // What the office refused to take is not there to be undone.
    if (row.state !== "rejected") await put(tx, { ...packed, row: { ...packed.row, visit: row.visit, outcome: row.outcome } });
  }

  async function undoDoor(id, given) {
    const packed = await packUndo(id, given);
    await store.write(SAVED, (tx) => undo(tx, id, packed));
  }

  /** The records that wait, oldest first, that can be opened now. */
  async function waiting() {
    const rows = await store.read(["queue"], (tx) => tx.objectStore("queue").index("state").getAll("waiting"));
    return rows.filter((row) => vault.opens(row.sealed)).sort((a, b) => a.seq - b.seq);
  }

  async function waitingPhotos() {
    return store.read(["photos"], (tx) => tx.objectStore("photos").index("state").getAll("waiting"));
  }

  const record = (row) => vault.unsealValue(`record ${row.id}`, row.sealed);

  async function photoBytes(name) {
    const sealed = await store.read(["blobs"], (tx) => tx.objectStore("blobs").get(name));
    return sealed ? vault.unsealBytes(`photo ${name}`, sealed) : null;
  }

  async function read(id) {
    const row = await store.read(["queue"], (tx) => tx.objectStore("queue").index("id").get(id));
    if (!row) return null;
    const content = await record(row);
    return row.folio ? { ...content, folio: row.folio } : content;
  }

  async function photo(name) {
    const row = await store.read(["photos"], (tx) => tx.objectStore("photos").get(name));
    const bytes = row && (await photoBytes(name));
    return bytes ? new Blob([bytes], { type: row.content_type }) : null;
  }

  async function doors(visit) {
    const rows = await store.read(["queue"], (tx) => tx.objectStore("queue").getAll());
    const own = rows.filter((row) => row.kind === "encounter" && row.visit === visit && !row.undone && vault.opens(row.sealed));
    const records = await Promise.all(own.map(record));
    if (own.length && vault.locked) throw new EngineError("locked");
    return records.map(({ id, outcome, at, location, accuracy_m, petitions, follows, note }, place) => ({
      id,
      outcome,
      at,
      location: location ?? null,
      accuracy_m: accuracy_m ?? null,
      petitions,
      follows: follows ?? null,
      note: note ?? "",
      state: own[place].state,
    }));
  }

  return { savePetition, saveDoor, undoDoor, waiting, waitingPhotos, record, photoBytes, read, photo, doors };
}
