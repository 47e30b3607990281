// What the tablet says of itself with each sending, for the office's list of tablets (docs/sync.md).
import { deviceTime } from "./clock.js";

/**
 * @param {{now: () => number, battery?: () => Promise<{level: number}>}} env
 * @param {{version: () => string | null, waiting: () => number}} parts
 */
export function makeCondition({ now, battery }, { version, waiting }) {
  /** @returns {Promise<{app_version?: string, waiting: number, battery?: number, clock: string}>} */
  return async () => {
    const level = await charge(battery);
    return {
      ...(version() && { app_version: version() }),
      waiting: waiting(),
      ...(level !== null && { battery: level }),
      clock: deviceTime(now()),
    };
  };
}

/** Percent, or null where the browser does not tell. */
async function charge(battery) {
  try {
    const level = (await battery?.())?.level;
    return Number.isFinite(level) ? Math.round(level * 100) : null;
  } catch {
    return null; // forbidden by a policy: nobody's sending may fail for it
  }
}
