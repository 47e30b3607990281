// A place on the earth out of a series of fixes: the first is seldom the best, and some are lies.
import { metres } from "./geometry.js";

/** Metres: up to which a fix is good, fair, and of any use at all. */
const GOOD_M = 15;
const FAIR_M = 50;
const USELESS_M = 2_000;
const WINDOW_MS = 30_000;
const STALE_MS = 15_000;
/** Past this a fix is not old: the clock is wrong, and its age says nothing. */
const BELIEVABLE_MS = 6 * 3600_000;
/** So many fixes in a row elsewhere are a move, not a jump. */
const MOVED = 3;
const ERRORS = { 1: "denied", 2: "unavailable", 3: "timeout" };

/** @typedef {{lon: number, lat: number, accuracy: number, at: number}} Sample */

/** A series of fixes and the best that can be said of it. @param {{now?: () => number}} [env] */
export function makeSeries({ now = Date.now } = {}) {
  /** @type {Sample[]} */
  let kept = [];
  /** @type {Sample[]} */
  let elsewhere = [];
  let lastStamp = -Infinity;

  /** Why a fix is not taken, or null. */
  function refuse({ coords: { longitude, latitude, accuracy }, timestamp }) {
    if (![longitude, latitude, accuracy].every(Number.isFinite)) return "empty";
    if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return "empty";
    // What a receiver without a fix, or a faulty one, says: the Gulf of Guinea.
    if (Math.abs(longitude) < 0.01 && Math.abs(latitude) < 0.01) return "zero";
    if (!(accuracy > 0) || accuracy > USELESS_M) return "coarse";
    const age = Math.abs(now() - timestamp);
    if (timestamp <= lastStamp || (age > STALE_MS && age < BELIEVABLE_MS)) return "stale";
    return null;
  }

  /** @param {{coords: any, timestamp: number}} position @returns {string | null} why it was not taken, or null */
  function add(position) {
    const reason = refuse(position);
    if (reason) return reason;
    lastStamp = position.timestamp;
    const { longitude: lon, latitude: lat, accuracy } = position.coords;
    const sample = { lon, lat, accuracy, at: now() };
    kept = kept.filter(({ at }) => now() - at <= WINDOW_MS);
    const here = mean(kept);
    if (here && isJump(here, sample)) {
      elsewhere = elsewhere.length && isJump(mean(elsewhere), sample) ? [sample] : [...elsewhere, sample];
      if (elsewhere.length < MOVED) return "jump";
      [kept, elsewhere] = [elsewhere, []];
      return null;
    }
    elsewhere = [];
    kept.push(sample);
    return null;
  }

  return { add, best: () => mean(kept), count: () => kept.length, newest: () => kept.at(-1)?.at ?? null };
}

/**
 * Fixes weighted by what they claim. The accuracy stays the best single one's: a receiver's errors go
 * together, so that averaging ten fixes does not make them three times as good.
 * @param {Sample[]} samples
 */
function mean(samples) {
  if (!samples.length) return null;
  const best = Math.min(...samples.map(({ accuracy }) => accuracy));
  // One of 60 m among those of 6 m only pulls the mean away.
  const close = samples.filter(({ accuracy }) => accuracy <= Math.max(2 * best, best + 5));
  const weights = close.map(({ accuracy }) => 1 / Math.max(accuracy, 1) ** 2);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const of = (name) => close.reduce((sum, sample, place) => sum + sample[name] * weights[place], 0) / total;
  return { lon: of("lon"), lat: of("lat"), accuracy: best };
}

/** Further than both fixes' doubt and a walk of some seconds can explain. */
const isJump = (a, b) => metres([a.lon, a.lat], [b.lon, b.lat]) > 2 * (a.accuracy + b.accuracy) + 20;

/** @param {number | null | undefined} accuracy */
export const qualityOf = (accuracy) =>
  !accuracy ? "none" : accuracy <= GOOD_M ? "good" : accuracy <= FAIR_M ? "fair" : "poor";

/**
 * Watch the place improve.
 * @param {(fix: object) => void} report
 * @param {{geolocation?: Geolocation, now?: () => number, timeout_ms?: number}} [options]
 * @returns {() => void} stops it
 */
export function watch(report, { geolocation = navigator.geolocation, now = Date.now, timeout_ms = 20_000 } = {}) {
  const series = makeSeries({ now });
  function tell(error) {
    const best = series.best();
    const newest = series.newest();
    report({
      location: best && { type: "Point", coordinates: [round(best.lon, 7), round(best.lat, 7)] },
      accuracy_m: best && round(best.accuracy, 1),
      quality: qualityOf(best?.accuracy),
      samples: series.count(),
      age_ms: newest === null ? null : now() - newest,
      error,
    });
  }
  if (!geolocation) {
    tell("unavailable");
    return () => {};
  }
  const watching = geolocation.watchPosition(
    (position) => {
      series.add(position);
      tell(null);
    },
    (error) => tell(ERRORS[error.code] ?? "unavailable"),
    { enableHighAccuracy: true, maximumAge: 0, timeout: timeout_ms },
  );
  return () => geolocation.clearWatch(watching);
}

const round = (value, digits) => Number(value.toFixed(digits));
