// The engine's one door: what screens import. The page in docs/campo.md describes it.
import { makeEngine } from "./engine.js";

export { EngineError } from "./errors.js";
export { checkFolio, formatFolio } from "./folio.js";
export { border, metres } from "./geometry.js";
export { codeOf } from "./enrolment.js";
export { refuseWeak } from "./pin.js";
export * as fixes from "./fixes.js";
export * as photos from "./photos.js";

/** The engine of this page, with the browser's own parts. */
export function openEngine() {
  return makeEngine({
    fetch: (...call) => fetch(...call),
    now: () => Date.now(),
    random: Math.random,
    locks: navigator.locks,
    storage: navigator.storage,
    channel: () => new BroadcastChannel("aldaba-campo"),
    page: window,
    isHidden: () => document.hidden,
    battery: () => /** @type {any} */ (navigator).getBattery?.(),
    container: navigator.serviceWorker,
    reload: () => location.reload(),
    onFault: (error) => reportError(error),
  });
}
