// The vault: one key pair for the tablet, opened by any of its staff's PINs.
//
// The public key lies open, so saving needs nobody. The private key is kept only wrapped by each PIN, and in
// memory while the app is unlocked. Earlier keys (a PIN that was forgotten) stay beside it.
import { EngineError } from "./errors.js";
import { newId } from "./identity.js";
import { refuseWeak, unwrap, wrap } from "./pin.js";
import { exportPublic, makeKeyPair, seal, unseal } from "./seal.js";

/** Wrong PINs let through before each one waits, and how long it then waits: doubling, to a quarter of an hour. */
const FREE_TRIES = 5;
const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 15 * 60_000;

const encode = (value) => new TextEncoder().encode(JSON.stringify(value));
const decode = (bytes) => JSON.parse(new TextDecoder().decode(bytes));

/** @param {import("./store.js").Store} store @param {{now: () => number, iterations?: number}} env */
export function makeVault(store, env) {
  /** @type {{current: string, keys: {id: string, public: ArrayBuffer}[]} | null} */
  let rings = null;
  /** @type {{username: string, name: string}[]} */
  let staff = [];
  let pin = { failed: 0, wait_until: 0 };
  /** @type {Map<string, CryptoKey>} */
  const opened = new Map();
  let who = null;
  let lastWho = null;
  /** The PIN of who is in, to wrap an earlier key by it. @type {string | null} */
  let held = null;

  async function load() {
    await store.read(["meta", "staff"], async (tx) => {
      const meta = tx.objectStore("meta");
      rings = (await meta.get("keys")) ?? null;
      pin = (await meta.get("pin")) ?? { failed: 0, wait_until: 0 };
      lastWho = (await meta.get("last_who")) ?? null;
      staff = (await tx.objectStore("staff").getAll())
        .filter((one) => one.wraps.some((wrapped) => wrapped.key === rings?.current))
        .map(({ username, name }) => ({ username, name }));
    });
    if (rings && opened.size && !opened.has(rings.current)) lock();
  }

  /** The key that new envelopes are closed to. */
  function current() {
    const key = rings?.keys.find((one) => one.id === rings.current);
    if (!key) throw new EngineError("not_enrolled");
    return key;
  }

  function privateKey(id = current().id) {
    const key = opened.get(id);
    if (!key) throw new EngineError(opened.size ? "unreadable" : "locked");
    return key;
  }

  /**
   * A key for the tablet that `person`'s PIN opens: the one in use while unlocked, else a new one.
   * @returns {Promise<(tx: any) => Promise<void>>} what writes it, in a transaction over meta and staff
   */
  async function prepare(person, secret) {
    refuseWeak(secret);
    const fresh = opened.size === 0;
    let key = fresh ? null : current();
    let own = fresh ? null : privateKey();
    if (fresh) {
      const pair = /** @type {CryptoKeyPair} */ (await makeKeyPair());
      key = { id: newId(env.now()), public: await exportPublic(pair.publicKey) };
      own = pair.privateKey;
    }
    const wrapped = await wrap(key.id, own, secret, env.iterations);
    return {
      key,
      adopt() {
        opened.set(key.id, own);
        held = secret;
        who = person;
      },
      async write(tx) {
        const kept = (await tx.objectStore("meta").get("keys")) ?? { current: key.id, keys: [] };
        if (fresh) kept.keys.push(key);
        await tx.objectStore("meta").put({ ...kept, current: key.id }, "keys");
        await putWrap(tx, person, wrapped);
      },
    };
  }

  async function putWrap(tx, person, wrapped) {
    const before = await tx.objectStore("staff").get(person.username);
    const others = (before?.wraps ?? []).filter((one) => one.key !== wrapped.key);
    await tx.objectStore("staff").put({ ...person, wraps: [...others, wrapped] });
  }

  /** Counts the try before it is made: a browser killed in the middle has not had it for free. */
  async function countTry() {
    const now = env.now();
    await store.write(["meta"], async (tx) => {
      const kept = (await tx.objectStore("meta").get("pin")) ?? { failed: 0, wait_until: 0 };
      // A clock set back must not lock anybody out for years.
      const until = Math.min(kept.wait_until, now + LONGEST_WAIT_MS);
      if (until > now) throw new EngineError("wait", { until });
      const failed = kept.failed + 1;
      const doubled = FIRST_WAIT_MS * 2 ** Math.min(failed - FREE_TRIES, 10);
      pin = { failed, wait_until: failed < FREE_TRIES ? 0 : now + Math.min(doubled, LONGEST_WAIT_MS) };
      await tx.objectStore("meta").put(pin, "pin");
    });
  }

  async function forgiveTries() {
    pin = { failed: 0, wait_until: 0 };
    await store.write(["meta"], (tx) => tx.objectStore("meta").put(pin, "pin"));
  }

  async function unlock({ pin: secret, username }) {
    const id = current().id;
    await countTry();
    const rows = await store.read(["staff"], (tx) => tx.objectStore("staff").getAll());
    for (const row of rows.filter((one) => !username || one.username === username)) {
      const wrapped = row.wraps.find((one) => one.key === id);
      const key = wrapped && (await unwrap(wrapped, secret));
      if (!key) continue;
      opened.set(id, key);
      for (const older of row.wraps.filter((one) => one.key !== id)) {
        const earlier = await unwrap(older, secret);
        if (earlier) opened.set(older.key, earlier);
      }
      who = lastWho = { username: row.username, name: row.name };
      held = secret;
      await forgiveTries();
      await store.write(["meta"], (tx) => tx.objectStore("meta").put(who, "last_who"));
      return who;
    }
    throw new EngineError("wrong_pin", triesLeft());
  }

  /** Opens what was sealed before a PIN was forgotten, with that PIN, and closes its key by today's too. */
  async function recover({ pin: secret, username }) {
    const id = current().id;
    privateKey(id);
    await countTry();
    const rows = await store.read(["staff"], (tx) => tx.objectStore("staff").getAll());
    const found = [];
    for (const row of rows.filter((one) => !username || one.username === username)) {
      for (const older of row.wraps.filter((one) => !opened.has(one.key))) {
        const key = await unwrap(older, secret);
        if (key) found.push([older.key, key, await wrap(older.key, key, held, env.iterations)]);
      }
    }
    if (!found.length) throw new EngineError("wrong_pin", triesLeft());
    await store.write(["staff"], async (tx) => {
      for (const [, , wrapped] of found) await putWrap(tx, who, wrapped);
    });
    for (const [key, own] of found) opened.set(key, own);
    await forgiveTries();
  }

  function lock() {
    opened.clear();
    who = held = null;
  }

  /** `replace`: another PIN for somebody who has one, and forgot it. */
  async function addStaff({ username, name, pin: secret }, { replace = false } = {}) {
    if (!username) throw new EngineError("incomplete");
    refuseWeak(secret);
    const wraps = [];
    for (const [id, key] of opened) wraps.push(await wrap(id, key, secret, env.iterations));
    if (!wraps.length) throw new EngineError("locked");
    await store.write(["staff"], async (tx) => {
      const before = await tx.objectStore("staff").get(username);
      const isHere = before?.wraps.some((one) => one.key === rings.current);
      if (isHere && !replace) throw new EngineError("staff_exists");
      const others = (before?.wraps ?? []).filter((one) => !opened.has(one.key));
      await tx.objectStore("staff").put({ username, name: name || username, wraps: [...others, ...wraps] });
    });
    await load();
  }

  async function changePin({ pin: secret }) {
    privateKey();
    await addStaff({ ...who, pin: secret }, { replace: true });
    held = secret;
  }

  /** Takes somebody's PIN away; whoever is in stays, so that one PIN always opens the tablet. */
  async function removeStaff(username) {
    privateKey();
    if (username === who.username) throw new EngineError("incomplete");
    await store.write(["staff"], (tx) => tx.objectStore("staff").delete(username));
    await load();
  }

  const triesLeft = () => ({
    tries_left: Math.max(0, FREE_TRIES - pin.failed),
    until: pin.wait_until > env.now() ? pin.wait_until : null,
  });

  return {
    load,
    prepare,
    unlock,
    recover,
    lock,
    addStaff,
    changePin,
    removeStaff,
    current,
    get enrolled() {
      return rings !== null;
    },
    get locked() {
      return !rings || !opened.has(rings.current);
    },
    get who() {
      return who;
    },
    get lastWho() {
      return lastWho;
    },
    get staff() {
      return staff;
    },
    pinState: () => ({ tries_left: triesLeft().tries_left, wait_until: triesLeft().until }),
    /** Whether an envelope can be opened now. */
    opens: (sealed) => opened.has(sealed.key),
    sealBytes: (context, bytes) => seal(current(), context, bytes),
    /** Seals to a key that is not in use yet. */
    sealTo: (key, context, value) => seal(key, context, encode(value)),
    sealValue: (context, value) => seal(current(), context, encode(value)),
    unsealBytes: async (context, sealed) => unseal(privateKey(sealed.key), context, sealed),
    unsealValue: async (context, sealed) => decode(await unseal(privateKey(sealed.key), context, sealed)),
  };
}
