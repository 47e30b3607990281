// The pack: fetched with its ETag, kept, and usable off line; what people said in it only while unlocked.
import { deviceTime } from "./clock.js";
import { EngineError } from "./errors.js";
import { metres } from "./geometry.js";
import { refuseFailure } from "./transport.js";

/** A pack older than this may lack today's visits. */
const EXPIRES_MS = 20 * 3600_000;
/** With a link that holds, it is asked after this often; unchanged, that costs a few bytes. */
const OLD_MS = 15 * 60_000;
const SOON_MS = 2 * 60_000;

/**
 * @param {import("./store.js").Store} store @param {ReturnType<import("./vault.js").makeVault>} vault
 * @param {{transport: any, token: () => Promise<string>, condition: () => Promise<object>, clock: any, now: () => number}} env
 */
export function makePacks(store, vault, { transport, token, condition, clock, now }) {
  /** @type {any} the kept row: {etag, fetched_at, open, closed} */
  let row = null;
  let whole = null;

  async function load() {
    const kept = (await store.read(["meta"], (tx) => tx.objectStore("meta").get("pack"))) ?? null;
    if (kept?.fetched_at !== row?.fetched_at) whole = null;
    row = kept;
  }

  /** The pack, or null; locked, without what is said of people's doors. */
  async function pack() {
    if (!row) return null;
    if (vault.locked || !vault.opens(row.closed)) return join(row.open, { nearby: [], follow_ups: {} });
    return (whole ??= join(row.open, await vault.unsealValue("pack", row.closed)));
  }

  async function refresh() {
    const bearer = await token();
    const isReadable = row && vault.opens(row.closed);
    const answer = await transport.pack(bearer, isReadable ? row.etag : null, await condition());
    if (answer.status === 304) {
      await keep({ ...row, fetched_at: deviceTime(now()) });
      return "unchanged";
    }
    refuseFailure(answer);
    if (!answer.body?.catalogue) throw new EngineError("offline");
    clock.learn(answer.body.server_time, answer.sent, answer.answered);
    const { open, closed } = part(answer.body);
    const etag = answer.headers.get("ETag");
    await keep({ etag, fetched_at: deviceTime(now()), open, closed: await vault.sealValue("pack", closed) });
    whole = null;
    return "changed";
  }

  async function keep(next) {
    await store.write(["meta"], async (tx) => {
      await tx.objectStore("meta").put(next, "pack");
      await tx.objectStore("meta").put(clock.kept, "clock");
    });
    row = next;
  }

  return {
    load,
    pack,
    refresh,
    /** Whether it is time to ask again; sooner after a sending, for then the tablet says that less waits. */
    isOld: (sent) => !row || Math.abs(now() - Date.parse(row.fetched_at)) > (sent ? SOON_MS : OLD_MS),
    lock: () => (whole = null),
    /** What needs no PIN: limits, the municipality's zone. */
    get open() {
      return row?.open ?? null;
    },
    state: () => ({
      version: row?.etag ?? null,
      fetched_at: row?.fetched_at ?? null,
      expired: row ? Math.abs(now() - Date.parse(row.fetched_at)) > EXPIRES_MS : false,
    }),
  };
}

/** What may be read by whoever holds the tablet, and what may not. */
function part({ nearby, ...rest }) {
  const follow_ups = Object.fromEntries((rest.visits ?? []).map((visit) => [visit.id, visit.follow_ups ?? []]));
  const visits = (rest.visits ?? []).map(({ follow_ups: _said, ...visit }) => visit);
  return { open: { ...rest, visits }, closed: { nearby: nearby ?? [], follow_ups } };
}

const join = (open, { nearby, follow_ups }) => ({
  ...open,
  nearby,
  visits: open.visits.map((visit) => ({ ...visit, follow_ups: follow_ups[visit.id] ?? [] })),
});

/**
 * The open petitions of a category around a point, nearest first.
 * @param {any} pack @param {{category: string, location: any, within_m?: number}} where
 */
export function nearbyPetitions(pack, { category, location, within_m = 150 }) {
  if (!pack || !location) return [];
  return (pack.nearby ?? [])
    .filter((one) => one.category === category && one.location)
    .map((one) => ({ ...one, distance_m: metres(location.coordinates, one.location.coordinates) }))
    .filter((one) => one.distance_m <= within_m)
    .sort((a, b) => a.distance_m - b.distance_m);
}
