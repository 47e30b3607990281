// Street maps on the disk: their parts, and one that is whole read as a file.
//
// In a database of its own, so that nothing done to it can touch the queue. IndexedDB and not a file of the browser's
// own (OPFS): there, going on with a file begun earlier means copying it.
import { EngineError } from "./errors.js";
import { sha256 } from "./identity.js";
import { openStore } from "./store.js";

const DATABASE = "aldaba-mapa";
/** maps: {version, bytes, part_bytes, attribution, parts, whole, wanted}; parts: bytes by [version, place]. */
const STEPS = [
  (db) => {
    db.createObjectStore("maps", { keyPath: "version" });
    db.createObjectStore("parts");
  },
];
const BOTH = ["maps", "parts"];

/** @typedef {{version: string, bytes: number, part_bytes: number, attribution: string, parts: string[], whole: boolean, wanted: boolean}} StreetMap */

/** Every part of a version, or some. @param {string} version */
const partsOf = (version, first = 0, last = Infinity) => IDBKeyRange.bound([version, first], [version, last]);

/** @param {StreetMap} map @param {number} place */
export const sizeOfPart = (map, place) => Math.min(map.part_bytes, map.bytes - place * map.part_bytes);

export function makeMapFile() {
  /** @type {Promise<import("./store.js").Store> | null} */
  let opening = null;
  const open = () => (opening ??= openStore({ name: DATABASE, steps: STEPS }));
  const read = async (names, work) => (await open()).read(names, work);
  const write = async (names, work) => (await open()).write(names, work);

  async function drop(tx, version) {
    await tx.objectStore("maps").delete(version);
    await tx.objectStore("parts").delete(partsOf(version));
  }

  return {
    /** The map in use, the one that comes, and how many of its parts are here. */
    load: () =>
      read(BOTH, async (tx) => {
        const maps = await tx.objectStore("maps").getAll();
        const held = maps.find((map) => map.whole) ?? null;
        const coming = maps.find((map) => !map.whole) ?? null;
        return { held, coming, got: coming ? await tx.objectStore("parts").count(partsOf(coming.version)) : 0 };
      }),
    /** A map of which nothing is here yet, in the place of any other that was not whole. @param {StreetMap} map */
    begin: (map) =>
      write(BOTH, async (tx) => {
        for (const other of await tx.objectStore("maps").getAll()) if (!other.whole) await drop(tx, other.version);
        await tx.objectStore("maps").put(map);
      }),
    want: (version, wanted) =>
      write(["maps"], async (tx) => {
        const map = await tx.objectStore("maps").get(version);
        if (map) await tx.objectStore("maps").put({ ...map, wanted });
      }),
    /** The places of the parts that are here. @param {string} version */
    async places(version) {
      const keys = await read(["parts"], (tx) => tx.objectStore("parts").getAllKeys(partsOf(version)));
      return new Set(keys.map(([, place]) => place));
    },
    /** @param {string} version @param {number} place @param {ArrayBuffer} bytes */
    put: (version, place, bytes) =>
      write(BOTH, async (tx) => {
        // Deleted meanwhile, perhaps in another tab: then nobody wants it.
        if (await tx.objectStore("maps").get(version)) await tx.objectStore("parts").put(bytes, [version, place]);
      }),
    /**
     * Reads a map back from the disk, and puts it in the place of the one before: whether all of it is as it should be.
     * A part that is not goes, to be fetched again.
     * @param {StreetMap} map
     */
    async finish(map) {
      for (const [place, name] of map.parts.entries()) {
        const part = await read(["parts"], (tx) => tx.objectStore("parts").get([map.version, place]));
        if (part && (await sha256(part)) === name) continue;
        await write(["parts"], (tx) => tx.objectStore("parts").delete([map.version, place]));
        return false;
      }
      await write(BOTH, async (tx) => {
        const kept = await tx.objectStore("maps").get(map.version);
        if (!kept) return;
        for (const other of await tx.objectStore("maps").getAll()) if (other.version !== map.version) await drop(tx, other.version);
        await tx.objectStore("maps").put({ ...kept, whole: true, wanted: false });
      });
      return true;
    },
    remove: () =>
      write(BOTH, async (tx) => {
        await tx.objectStore("maps").clear();
        await tx.objectStore("parts").clear();
      }),
    /** Bytes of a whole map, as of a file. @param {StreetMap} map @param {number} offset @param {number} length */
    async bytes(map, offset, length) {
      const end = Math.min(offset + length, map.bytes);
      const first = Math.floor(offset / map.part_bytes);
      const last = Math.max(first, Math.ceil(end / map.part_bytes) - 1);
      const parts = await read(["parts"], (tx) => tx.objectStore("parts").getAll(partsOf(map.version, first, last)));
      if (parts.length !== last - first + 1) throw new EngineError("map_gone");
      const bytes = new Uint8Array(Math.max(0, end - offset));
      let at = first * map.part_bytes;
      for (const part of parts) {
        const from = Math.max(0, offset - at);
        bytes.set(new Uint8Array(part).subarray(from, Math.max(from, Math.min(part.byteLength, end - at))), at + from - offset);
        at += part.byteLength;
      }
      return bytes.buffer;
    },
    close: () => void opening?.then((store) => store.close()),
  };
}
