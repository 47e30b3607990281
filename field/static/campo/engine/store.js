// The tablet's database: what is kept, and transactions that are on disk when they end.
import { openDB } from "../../vendor/idb/build/index.js";

import { EngineError } from "./errors.js";

export const DATABASE = "aldaba-campo";

/**
 * One step for each version, in order; a step once released is never changed.
 * - meta: small things by name (device, keys, token, clock, pack, pin, halt)
 * - staff: who has a PIN here, each with the tablet's key wrapped by it
 * - counters: the last folio number of each series and year
 * - queue: the records, sealed, each with what became of it
 * - photos: what became of each photo; blobs: its bytes, sealed
 * - drafts: forms half filled, sealed
 * @type {((db: any) => void)[]}
 */
const STEPS = [
  (db) => {
    db.createObjectStore("meta");
    db.createObjectStore("staff", { keyPath: "username" });
    db.createObjectStore("counters");
    const queue = db.createObjectStore("queue", { keyPath: "seq", autoIncrement: true });
    queue.createIndex("id", "id", { unique: true });
    queue.createIndex("state", "state");
    const photos = db.createObjectStore("photos", { keyPath: "sha256" });
    photos.createIndex("state", "state");
    db.createObjectStore("blobs");
    db.createObjectStore("drafts");
  },
];

/** @typedef {{write: Function, read: Function, close: () => void}} Store */

/**
 * Open the database, making or migrating it.
 * @param {{name?: string, steps?: ((db: any) => void)[], onOutdated?: () => void}} [options]
 *   `onOutdated`: a newer version of the app wants to migrate
 * @returns {Promise<Store>}
 */
export async function openStore({ name = DATABASE, steps = STEPS, onOutdated = () => {} } = {}) {
  let opening = null;
  const open = () =>
    (opening ??= openDB(name, steps.length, {
      upgrade: (db, from) => steps.slice(from).forEach((step) => step(db)),
      blocking(_from, _to, event) {
        /** @type {any} */ (event.target).close();
        opening = null;
        onOutdated();
      },
      // Android takes the connection away from pages that it put to sleep: the next use opens another.
      terminated: () => (opening = null),
    }).catch((error) => {
      opening = null;
      throw new EngineError("storage", { cause: error });
    }));
  await open();

  /**
   * Runs `work(tx)` in one transaction. `work` may await nothing but requests of that transaction.
   * @param {IDBTransactionMode} mode @param {string[]} names @param {(tx: any) => any} work
   */
  async function run(mode, names, work) {
    let tx;
    try {
      tx = (await open()).transaction(names, mode, { durability: mode === "readwrite" ? "strict" : "default" });
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== "InvalidStateError") throw told(error);
      opening = null; // a connection that closed since
      tx = (await open()).transaction(names, mode, { durability: mode === "readwrite" ? "strict" : "default" });
    }
    const done = tx.done.then(
      () => null,
      (error) => error ?? new DOMException("aborted", "AbortError"),
    );
    let result;
    try {
      result = await work(tx);
    } catch (error) {
      try {
        tx.abort();
      } catch {
        // it had ended by itself
      }
      await done;
      throw told(error);
    }
    const failure = await done;
    if (failure) throw told(failure);
    return result;
  }

  return {
    read: (names, work) => run("readonly", names, work),
    /** Ends only when the change is flushed to the disk. */
    write: (names, work) => run("readwrite", names, work),
    close: () => void opening?.then((db) => db.close()),
  };
}

/** @param {any} error */
function told(error) {
  return error?.name === "QuotaExceededError" ? new EngineError("full", { cause: error }) : error;
}
