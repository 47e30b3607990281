// Fetching the municipality's street map: part by part, each proved by its hash, over a link that may end at any time.
//
// It stops short of the room that the queue needs, and lets what is captured go first.
import { EngineError } from "./errors.js";
import { sha256 } from "./identity.js";
import { makeMapFile, sizeOfPart } from "./mapfile.js";
import { LOW_BYTES } from "./room.js";

const LOCK = "aldaba-campo-mapa";
/** What must stay free beside the map: an afternoon of photos, and then some. */
const RESERVE = 2 * LOW_BYTES;
const FIRST_REST_MS = 2_000;
const LONGEST_REST_MS = 60_000;
const LARGEST_PART = 4 * 2 ** 20;
/** What waiting does not mend: a person has to do something. */
const FINAL = new Set(["map_room", "full", "map_gone"]);

/**
 * @param {{random: () => number, locks?: any, storage?: StorageManager, onFault: (error: any) => void}} env
 * @param {object} parts
 * @param {ReturnType<import("./transport.js").makeTransport>} parts.transport
 * @param {() => {version: string, bytes: number, attribution: string} | null} parts.offered what the pack tells of
 * @param {() => Promise<any>} parts.renew asks for the pack anew @param {() => boolean} parts.isSending the queue goes first
 * @param {(how?: {everywhere?: boolean}) => any} parts.onChange
 */
export function makeStreets(env, { transport, offered, renew, isSending, onChange }) {
  const file = makeMapFile();
  /** @type {import("./mapfile.js").StreetMap | null} the map in use */
  let held = null;
  /** @type {import("./mapfile.js").StreetMap | null} the one being fetched */
  let coming = null;
  let got = 0;
  /** @type {"idle" | "running" | "waiting" | "paused"} */
  let doing = "idle";
  let error = null;
  let failures = 0;
  let timer = null;
  /** @type {Promise<void> | null} */
  let running = null;
  /** A person asked, and no list of parts has come yet. */
  let asked = false;
  let stopped = false;

  const isWanted = () => !stopped && (asked || Boolean(coming?.wanted));

  async function load() {
    ({ held, coming, got } = await file.load());
    if (!running && !asked) doing = !coming ? "idle" : coming.wanted ? "waiting" : "paused";
  }

  function rest(ms) {
    clearTimeout(timer);
    if (stopped) return;
    timer = setTimeout(() => void go().catch(env.onFault), ms);
    timer.unref?.();
  }

  const go = () => (stopped ? Promise.resolve() : (running ??= lead().finally(() => (running = null))));

  async function lead() {
    const attempt = async (lock) => {
      if (!lock) return rest(LONGEST_REST_MS / 4); // another tab is at it
      doing = "running";
      error = null;
      try {
        await onChange();
        await fetchAll();
        asked = false;
        doing = coming ? "paused" : "idle";
      } catch (problem) {
        if (!(problem instanceof EngineError)) throw problem;
        failed(problem);
      }
      await onChange({ everywhere: true });
    };
    await (env.locks ? env.locks.request(LOCK, { ifAvailable: true }, attempt) : attempt(true));
  }

  function failed({ code, message }) {
    error = { code, message };
    if (FINAL.has(code) || !isWanted()) {
      asked = false;
      doing = coming ? "paused" : "idle";
      return;
    }
    doing = "waiting";
    failures += 1;
    rest(Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** Math.min(failures - 1, 8)) * (0.5 + env.random() / 2));
  }

  async function fetchAll() {
    for (let map = await begin(); map && isWanted(); ) map = await fetchParts(map);
  }

  /** The version that the office offers now, with its list of parts; what was begun of another goes. */
  async function begin() {
    const offer = offered();
    if (!offer || offer.version === held?.version) return null;
    if (coming?.version === offer.version) return coming;
    await needRoom(offer.bytes);
    const answer = await transport.streetParts(offer.version);
    if (answer.status === 404) return another(offer);
    if (answer.status >= 500) throw new EngineError("server");
    if (!isMap(answer.body, offer)) throw new EngineError("offline");
    const { version, bytes, part_bytes, attribution, parts } = answer.body;
    const next = { version, bytes, part_bytes, attribution, parts, whole: false, wanted: true };
    await file.begin(next);
    [coming, got] = [next, 0];
    return next;
  }

  /** A list of parts, and not somebody's sign-in page. */
  const isMap = (body, offer) =>
    body?.version === offer.version &&
    body.bytes === offer.bytes &&
    body.part_bytes > 0 &&
    body.part_bytes <= LARGEST_PART &&
    Array.isArray(body.parts) &&
    body.parts.length === Math.ceil(body.bytes / body.part_bytes);

  /** The office put another in its place: the pack says which. */
  async function another({ version }) {
    await renew();
    if (!offered() || offered()?.version === version) throw new EngineError("map_gone");
    return begin();
  }

  /** Null when it is whole or nobody wants it any more, else the map to go on with. */
  async function fetchParts(map) {
    const kept = await file.places(map.version);
    for (let place = 0; place < map.parts.length; place += 1) {
      if (kept.has(place)) continue;
      await whileSending();
      if (!isWanted()) return null;
      if (place % 8 === 0) await needRoom(sizeOfPart(map, place));
      const bytes = await fetchPart(map, place);
      if (!bytes) return another(map);
      await file.put(map.version, place, bytes);
      failures = 0;
      got += 1;
      void onChange();
    }
    if (!(await file.finish(map))) throw new EngineError("storage"); // what the disk spoilt is fetched again
    await load();
    return null;
  }

  /** The bytes of one part, or null where the office has this version no more. */
  async function fetchPart(map, place) {
    const start = place * map.part_bytes;
    const size = sizeOfPart(map, place);
    const answer = await transport.streetBytes(map.version, start, start + size);
    if (answer.status === 404) return null;
    if (answer.status >= 500) throw new EngineError("server");
    // Cut short, a sign-in page, or garbled on the way: nothing of it is kept.
    const isRight = answer.status === 206 && answer.body.byteLength === size && (await sha256(answer.body)) === map.parts[place];
    if (!isRight) throw new EngineError("offline");
    return answer.body;
  }

  async function needRoom(bytes) {
    const { usage = 0, quota = Infinity } = (await env.storage?.estimate?.()) ?? {};
    if (quota - usage - bytes < RESERVE) throw new EngineError("map_room");
  }

  async function whileSending() {
    while (isSending() && isWanted()) await new Promise((resolve) => setTimeout(resolve, 500));
  }

  async function want(wanted) {
    if (coming) {
      await file.want(coming.version, wanted);
      coming = { ...coming, wanted };
    }
    asked = wanted;
  }

  return {
    load,
    /** The app opens, or the link comes back: what was begun goes on. */
    wake() {
      failures = 0;
      if (isWanted()) rest(0);
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
      file.close();
    },
    state: () => ({
      offered: offered(),
      held: held && { version: held.version, bytes: held.bytes, attribution: held.attribution },
      coming: coming && { version: coming.version, bytes: coming.bytes, got: Math.min(coming.bytes, got * coming.part_bytes) },
      doing,
      error,
    }),
    calls: {
      /** Begins, or goes on; resolves when it is whole, or stops for now. */
      async download() {
        clearTimeout(timer);
        await want(true);
        failures = 0;
        await go();
      },
      async pause() {
        clearTimeout(timer);
        await want(false);
        doing = coming ? "paused" : "idle";
        await onChange({ everywhere: true });
      },
      /** Nothing of any version stays. */
      async remove() {
        clearTimeout(timer);
        await want(false);
        await file.remove();
        error = null;
        await load();
        await onChange({ everywhere: true });
      },
      /** The map in use, to be read as one file, or null. */
      reader() {
        const map = held;
        return map && { version: map.version, attribution: map.attribution, bytes: (offset, length) => file.bytes(map, offset, length) };
      },
    },
  };
}
