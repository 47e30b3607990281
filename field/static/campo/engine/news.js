// What screens are told, after what is on disk was counted anew.
import { measureRoom } from "./room.js";

/** How often the room on the disk is measured, which costs a tablet some milliseconds. */
const ROOM_MS = 10_000;

/**
 * @param {{now: () => number, storage?: StorageManager, onFault: (error: any) => void}} env
 * @param {{count: () => Promise<object>, state: () => object, tellTabs: () => void}} parts
 */
export function makeNews(env, { count, state, tellTabs }) {
  /** @type {Set<(state: any) => void>} */
  const listeners = new Set();
  let counts = null;
  let room = null;
  let measuredAt = -Infinity;
  let telling = Promise.resolve();

  async function measure() {
    measuredAt = env.now();
    room = await measureRoom(env.storage);
  }

  async function recount() {
    counts = await count();
    if (Math.abs(env.now() - measuredAt) > ROOM_MS) await measure();
  }

  /** A screen that fails to draw is a fault of its own. */
  function tell(listener) {
    try {
      listener(state());
    } catch (error) {
      env.onFault(error);
    }
  }

  return {
    get counts() {
      return counts;
    },
    get room() {
      return room;
    },
    measure,
    recount,
    /** @param {(state: any) => void} listener */
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    /** Tells this tab's screens; `everywhere`: the other tabs' too. */
    changed({ everywhere = false } = {}) {
      if (everywhere) tellTabs();
      telling = telling
        .then(recount)
        .then(() => listeners.forEach(tell))
        .catch(() => {}); // the next change tells again; no telling may stop a saving
      return telling;
    },
  };
}
