// The device's clock as it is: what it says, its zone, and how far the office's is from it.

/** Past this a person should be told that the tablet's clock is wrong. */
const SKEWED_MS = 5 * 60_000;

/** A moment as RFC 3339 in the device's own zone. @param {number} milliseconds */
export function deviceTime(milliseconds) {
  const date = new Date(milliseconds);
  const minutes = -date.getTimezoneOffset();
  const local = new Date(milliseconds + minutes * 60_000).toISOString().slice(0, -1);
  const two = (n) => String(n).padStart(2, "0");
  const ahead = Math.abs(Math.trunc(minutes));
  return `${local}${minutes < 0 ? "-" : "+"}${two(Math.floor(ahead / 60))}:${two(ahead % 60)}`;
}

/** The zone's IANA name as the device has it. */
export const deviceZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** @param {{now: () => number}} env */
export function makeClock(env) {
  /** @type {{offset_ms: number, measured_at: string, round_trip_ms: number} | null} */
  let measured = null;

  return {
    restore: (kept) => (measured = kept ?? null),
    /** What to keep of the last measure. */
    get kept() {
      return measured;
    },
    /**
     * Learn the offset from an answer: the office's time against the middle of the round trip.
     * @param {string} serverTime @param {number} sent @param {number} answered ms
     */
    learn(serverTime, sent, answered) {
      const office = Date.parse(serverTime);
      if (Number.isNaN(office)) return;
      const offset_ms = Math.round(office - (sent + answered) / 2);
      measured = { offset_ms, measured_at: deviceTime(answered), round_trip_ms: Math.round(answered - sent) };
    },
    /** The best guess of the office's time, for what must not follow a clock that is years off. */
    officeNow: () => env.now() + (measured?.offset_ms ?? 0),
    state: () => ({
      offset_ms: measured?.offset_ms ?? null,
      measured_at: measured?.measured_at ?? null,
      zone: deviceZone(),
      skewed: Math.abs(measured?.offset_ms ?? 0) > SKEWED_MS,
    }),
    /** What each record says of the clock that it was written by. */
    stamp: () => ({
      offset_ms: measured?.offset_ms ?? null,
      measured_at: measured?.measured_at ?? null,
      zone: deviceZone(),
    }),
  };
}
