// What became of each record and photo: receipts written down, and what may then be let go.

/** What is in the office with all its photos stays readable on the tablet this long. */
const KEPT_MS = 48 * 3600_000;
const STATES = { stored: "in_office", repeated: "in_office", held: "held", rejected: "rejected" };
const ALL = ["queue", "photos", "blobs"];

/** @param {import("./store.js").Store} store @param {{now: () => number}} env */
export function makeLedger(store, env) {
  /**
   * Write receipts down: how many records they moved. A receipt that names another record moves nothing.
   * @param {{id: string}[]} rows as sent @param {any} receipts as answered, in the same order
   */
  async function settle(rows, receipts) {
    if (!Array.isArray(receipts) || receipts.length !== rows.length) return 0;
    return store.write(ALL, async (tx) => {
      let moved = 0;
      for (const [place, { id }] of rows.entries()) {
        const receipt = receipts[place];
        const state = STATES[receipt?.outcome];
        const row = await tx.objectStore("queue").index("id").get(id);
        // In another tab's race the first receipt stands; both say the same but for stored and repeated.
        if (!state || receipt.id !== id || row?.state !== "waiting") continue;
        const errors = Array.isArray(receipt.errors) ? receipt.errors : [];
        await tx.objectStore("queue").put({ ...row, state, errors, place: receipt.place ?? null, answered_at: env.now() });
        moved += 1;
        if (state !== "rejected") await believe(tx, row, receipt.missing_attachments);
      }
      return moved;
    });
  }

  /** The receipt says which photos the office lacks: those it does not name are in. */
  async function believe(tx, row, missing) {
    if (!Array.isArray(missing)) return;
    for (const name of row.photos) {
      const photo = await tx.objectStore("photos").get(name);
      if (!photo) continue;
      const state = missing.includes(name) ? (photo.state === "refused" ? "refused" : "waiting") : "sent";
      await tx.objectStore("photos").put({ ...photo, state });
      await letGo(tx, name);
    }
  }

  /** Lets a photo's bytes go once it is in and every record that names it has its receipt. */
  async function letGo(tx, name) {
    const photo = await tx.objectStore("photos").get(name);
    if (photo?.state !== "sent") return;
    for (const id of photo.records) {
      const row = await tx.objectStore("queue").index("id").get(id);
      if (row && row.state !== "in_office" && row.state !== "held") return;
    }
    await tx.objectStore("blobs").delete(name);
  }

  const photoSent = (name) => mark(name, { state: "sent", error: null });

  /** @param {string} name @param {object} change */
  async function mark(name, change) {
    await store.write(ALL, async (tx) => {
      const photo = await tx.objectStore("photos").get(name);
      // Nothing that another tab saw arrive is taken back.
      if (!photo || photo.state === "sent") return;
      await tx.objectStore("photos").put({ ...photo, ...change });
      await letGo(tx, name);
    });
  }

  /**
   * Writes down that records are about to leave, before they do: of these the ids of those that still wait. One that was
   * taken back a moment ago, perhaps in another tab, is not among them.
   * @param {string[]} ids
   */
  async function leave(ids) {
    const still = new Set();
    await store.write(["queue"], async (tx) => {
      for (const id of ids) {
        const row = await tx.objectStore("queue").index("id").get(id);
        if (!row) continue;
        still.add(id);
        if (!row.left) await tx.objectStore("queue").put({ ...row, left: true });
      }
    });
    return still;
  }

  /** Says on a record that still waits why it could not be sent, for people. */
  async function note(id, errors) {
    await store.write(["queue"], async (tx) => {
      const row = await tx.objectStore("queue").index("id").get(id);
      if (row?.state === "waiting") await tx.objectStore("queue").put({ ...row, errors });
    });
  }

  /** Drops what has been in the office, photos and all, for two days. */
  async function tidy() {
    await store.write(ALL, async (tx) => {
      const before = env.now() - KEPT_MS;
      for (const row of await tx.objectStore("queue").getAll()) {
        if ((row.state !== "in_office" && row.state !== "held") || row.answered_at > before) continue;
        const photos = await Promise.all(row.photos.map((name) => tx.objectStore("photos").get(name)));
        if (photos.some((photo) => photo && photo.state !== "sent")) continue;
        await tx.objectStore("queue").delete(row.seq);
        for (const photo of photos.filter(Boolean)) await forget(tx, photo, row.id);
      }
    });
  }

  async function forget(tx, photo, id) {
    const records = photo.records.filter((one) => one !== id);
    if (records.length) return tx.objectStore("photos").put({ ...photo, records });
    await tx.objectStore("photos").delete(photo.sha256);
    return tx.objectStore("blobs").delete(photo.sha256);
  }

  /** The queue as screens show it, newest first. @param {Set<string>} sending ids on their way now */
  async function list(sending) {
    const [rows, photos] = await store.read(["queue", "photos"], (tx) =>
      Promise.all([tx.objectStore("queue").getAll(), tx.objectStore("photos").getAll()]),
    );
    const states = new Map(photos.map((photo) => [photo.sha256, photo]));
    return rows.reverse().map(({ seq, sealed, photos: names, ...row }) => {
      const own = names.map((name) => states.get(name)).filter(Boolean);
      return {
        ...row,
        saved_at: new Date(row.saved_at).toISOString(),
        state: row.state === "waiting" && sending.has(row.id) ? "sending" : row.state,
        photos: {
          total: names.length,
          sent: own.filter((photo) => photo.state === "sent").length,
          refused: own.filter((photo) => photo.state === "refused").length,
          errors: own.map((photo) => photo.error).filter(Boolean),
          names,
        },
      };
    });
  }

  async function counts(sending) {
    const result = { waiting: 0, sending: 0, in_office: 0, held: 0, rejected: 0, photos_waiting: 0, photos_refused: 0 };
    await store.read(["queue", "photos"], async (tx) => {
      const queue = tx.objectStore("queue").index("state");
      const photos = tx.objectStore("photos").index("state");
      for (const state of ["waiting", "in_office", "held", "rejected"]) result[state] = await queue.count(state);
      result.photos_waiting = await photos.count("waiting");
      result.photos_refused = await photos.count("refused");
    });
    result.sending = Math.min(sending.size, result.waiting);
    result.waiting -= result.sending;
    return result;
  }

  return { settle, leave, photoSent, mark, note, tidy, list, counts };
}
