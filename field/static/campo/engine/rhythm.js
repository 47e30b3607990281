// When to send: at the start, on a signal, when shown, after saving, by timer and by button; one tab at a time.
import { EngineError } from "./errors.js";

const LOCK = "aldaba-campo-sending";
const FIRST_REST_MS = 2_000;
const LONGEST_REST_MS = 5 * 60_000;
/** With nothing gone wrong, look again this often. */
const ROUND_MS = 60_000;
/** A tab that leads and has said nothing for so long is asleep: another takes over. */
const SILENT_MS = 3 * 60_000;

/**
 * @param {object} env
 * @param {() => Promise<boolean>} env.drain whether the office answered; throws EngineError
 * @param {() => string | null} env.mayNot why not to send now: a link state, or null
 * @param {any} env.locks navigator.locks, or nothing where there is only one page
 * @param {() => Promise<number>} env.lastBeat when the leading tab last wrote something down
 * @param {() => number} env.now @param {() => number} env.random
 * @param {() => void} env.onChange @param {(error: any) => void} env.onFault a fault of ours, with nobody to tell
 */
export function makeRhythm({ drain, mayNot, locks, lastBeat, now, random, onChange, onFault }) {
  const link = { state: "idle", next_try_at: null, error: null, last_ok_at: null };
  let failures = 0;
  let timer = null;
  /** @type {Promise<void> | null} */
  let running = null;
  let again = false;
  let stopped = false;

  function become(state, more = {}) {
    Object.assign(link, { state, next_try_at: null }, more);
    onChange();
  }

  function rest(ms) {
    clearTimeout(timer);
    if (stopped) return;
    timer = setTimeout(() => void go().catch(onFault), ms);
    timer.unref?.(); // in node, where tests run, a waiting timer must not keep the process
  }

  /** Sends now, or joins the sending that goes on. @param {{asked?: boolean}} [options] `asked`: by a person */
  async function go({ asked = false } = {}) {
    if (stopped) return link;
    if (running) {
      again = true;
      await running;
      return link;
    }
    const reason = mayNot(asked);
    if (reason) {
      become(reason);
      return link;
    }
    clearTimeout(timer);
    running = lead().finally(() => (running = null));
    await running;
    if (again && !stopped) {
      again = false;
      if (link.state === "idle") return go();
    }
    return link;
  }

  async function lead() {
    if (!locks) return attempt();
    const steal = now() - (await lastBeat()) > SILENT_MS && (await isHeld());
    await locks
      .request(LOCK, steal ? { steal: true } : { ifAvailable: true }, async (lock) => {
        if (lock) return attempt();
        become("elsewhere");
        rest(FIRST_REST_MS * 5 * (0.5 + random()));
      })
      .catch((error) => {
        if (error?.name !== "AbortError") throw error; // another tab took the lead from us
      });
  }

  const isHeld = async () => (await locks.query()).held.some(({ name }) => name === LOCK);

  async function attempt() {
    become("sending");
    try {
      const answered = await drain();
      failures = 0;
      become("idle", { error: null, ...(answered && { last_ok_at: now() }) });
      rest(ROUND_MS * (0.75 + random() / 2));
    } catch (error) {
      if (!(error instanceof EngineError)) {
        fail({ code: "server", message: new EngineError("server").message });
        throw error;
      }
      fail(error);
    }
  }

  function fail(error) {
    const told = { code: error.code, message: error.detail ?? error.message };
    if (error.code === "refused" || error.code === "locked") return become(error.code, { error: told });
    failures += 1;
    const longest = Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** Math.min(failures, 12));
    // Jitter: a fleet that lost its link together must not come back together.
    const wait = Math.max(error.retry_ms ?? 0, longest * (0.5 + random() / 2));
    become(error.code === "offline" ? "offline" : "resting", { error: told, next_try_at: now() + wait });
    rest(wait);
  }

  return {
    link,
    go,
    /** Soon, but not at once: several savings in a row go together. */
    nudge(ms = 500) {
      if (running) again = true;
      else if (!mayNot()) rest(link.state === "offline" || link.state === "resting" ? Math.max(ms, (link.next_try_at ?? 0) - now()) : ms);
    },
    /** The link came back: whatever was being waited for is over. */
    wake() {
      failures = 0;
      rest(50 + 1000 * random());
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
