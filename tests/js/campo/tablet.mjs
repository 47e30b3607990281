// A tablet for tests: the engine over an IndexedDB in memory, a browser's locks, and a switch that kills it.
import "fake-indexeddb/auto";

import { IDBFactory, IDBDatabase } from "fake-indexeddb";
import { register } from "node:module";

// What browsers find beside the static files, node finds among its packages.
const packages = new URL("../../../node_modules/", import.meta.url).href;
register(
  `data:text/javascript,${encodeURIComponent(`
    export const resolve = (specifier, context, next) => {
      const vendored = /\\/vendor\\/(.+)$/.exec(specifier);
      return next(vendored ? ${JSON.stringify(packages)} + vendored[1] : specifier, context);
    };
  `)}`,
);

/** @param {string} name a module of the engine */
export const engineModule = (name) => import(`../../../field/static/campo/engine/${name}.js`);

const { makeEngine } = await engineModule("engine");
export const PIN = "274916";
export const HERE = { type: "Point", coordinates: [-106.4111, 23.2494] };

export class Killed extends Error {}

/** Counts the steps of everything that a browser can be killed between, and kills at one of them. */
export class Killer {
  constructor(at = Infinity) {
    this.left = at;
    this.dead = false;
  }

  step() {
    if (!this.dead && (this.left -= 1) >= 0) return;
    this.dead = true;
    throw new Killed("the browser was killed");
  }
}

/** Who may be killed in the database now; one at a time, as tests run. @type {Killer | null} */
let watched = null;
/** Set to throw out of the next writes: a full disk. */
export const disk = { full: false };

const transaction = IDBDatabase.prototype.transaction;
IDBDatabase.prototype.transaction = function (names, mode, options) {
  if (mode === "readwrite") watched?.step();
  const tx = transaction.call(this, names, mode, options);
  if (mode !== "readwrite") return tx;
  if (options?.durability !== "strict") throw new Error("a write that is not strict");
  const objectStore = tx.objectStore.bind(tx);
  tx.objectStore = (name) => {
    const store = objectStore(name);
    for (const method of ["put", "add"]) {
      const original = store[method].bind(store);
      store[method] = (...values) => {
        watched?.step();
        if (disk.full) throw new DOMException("no room", "QuotaExceededError");
        return original(...values);
      };
    }
    return store;
  };
  return tx;
};

/** A browser's Web Locks, shared by its tabs. */
export class Locks {
  held = new Map();

  async request(name, options, work) {
    if (this.held.has(name) && !options.steal) return work(null);
    const mine = Symbol(name);
    this.held.set(name, mine);
    try {
      return await work({ name });
    } finally {
      if (this.held.get(name) === mine) this.held.delete(name);
    }
  }

  async query() {
    return { held: [...this.held.keys()].map((name) => ({ name })) };
  }
}

/** A tablet's disk, locks and channel: what outlives its pages. */
export class Tablet {
  constructor(office, { now = Date.now } = {}) {
    globalThis.indexedDB = new IDBFactory();
    this.factory = globalThis.indexedDB;
    this.office = office;
    this.locks = new Locks();
    this.name = `test-${Math.random()}`;
    this.now = now;
    this.pages = [];
  }

  /** Open the app in a tab. @param {{killAt?: number, fetch?: typeof fetch}} [options] */
  async open({ killAt, fetch, storage, patience_ms = 200 } = {}) {
    globalThis.indexedDB = this.factory;
    const killer = new Killer(killAt);
    watched = killer;
    const call = fetch ?? ((path, options) => this.office.fetch(path, options));
    const engine = await makeEngine({
      fetch: async (path, options) => {
        killer.step();
        const answer = await call(path, options);
        killer.step(); // the office has it, and the tablet never hears
        return answer;
      },
      now: this.now,
      random: Math.random,
      locks: this.locks,
      storage,
      channel: () => new BroadcastChannel(this.name),
      page: Object.assign(new EventTarget(), { document: new EventTarget() }),
      onFault(error) {
        if (!killer.dead) throw error;
      },
      iterations: 1000,
      patience_ms,
    });
    const page = { engine, killer };
    this.pages.push(page);
    return page;
  }

  /** What a killed browser leaves: nothing but the disk. */
  kill() {
    for (const { engine, killer } of this.pages.splice(0)) {
      killer.dead = true;
      engine.close();
    }
    watched = null;
    this.locks.held.clear();
  }

  /** A page of an enrolled, unlocked tablet. */
  async start(options) {
    const page = await this.open(options);
    if (page.engine.state().enrolled) await page.engine.unlock({ pin: PIN });
    else await page.engine.enrol({ code: this.office.code, pin: PIN });
    return page;
  }
}

export const photo = (text) => new Blob([`\xff\xd8 ${text}`], { type: "image/jpeg" });

/** @param {string} description */
export const petition = (description, more = {}) => ({
  category: "bache",
  description,
  location: HERE,
  accuracy_m: 6,
  location_method: "gps",
  petitioner: { name: "Ana Ruiz", phone: "669 123 4567", consent: true, notice: "2026-1" },
  ...more,
});
