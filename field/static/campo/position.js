// One watch of the place for all screens; it stops when no screen has asked for it lately.
import { fixes } from "./engine/index.js";

const NONE = { location: null, accuracy_m: null, quality: "none", samples: 0, age_ms: null, error: null };
const LINGER_MS = 60_000;

let stop = null;
let lingering = 0;
let latest = NONE;
const listeners = new Set();

function start() {
  clearTimeout(lingering);
  stop ??= fixes.watch((fix) => {
    latest = fix;
    for (const listener of listeners) listener(fix);
  });
}

/** The best of the series so far. */
export const here = () => latest;

/** Begins a new series: another door. */
export function restart() {
  stop?.();
  stop = null;
  latest = NONE;
  if (listeners.size) start();
}

/**
 * Hear of the place while a screen shows it. The receiver stays warm a minute longer, for the next screen.
 * @param {(fix: typeof NONE & Record<string, any>) => void} listener @returns {() => void}
 */
export function follow(listener) {
  listeners.add(listener);
  start();
  listener(latest);
  return () => {
    listeners.delete(listener);
    if (listeners.size) return;
    clearTimeout(lingering);
    lingering = setTimeout(() => {
      if (listeners.size) return;
      stop?.();
      stop = null;
      latest = NONE;
    }, LINGER_MS);
  };
}

/** The sign beside what is said of a fix, by its tone. */
export const FIX_ICONS = {
  good: "geo-alt-fill",
  info: "broadcast",
  warning: "exclamation-triangle-fill",
  bad: "exclamation-triangle-fill",
};

/** What is said of a fix: a sentence, and how good it is. @param {any} fix */
export function saidOf(fix) {
  if (fix.error === "denied")
    return {
      tone: "bad",
      text: "Sin permiso para usar la ubicación. Actívela en el candado de la barra del navegador.",
    };
  if (!fix.location) {
    const text =
      fix.error === "unavailable"
        ? "La tableta no da su ubicación. Use el mapa o la dirección."
        : "Buscando la ubicación…";
    return { tone: fix.error ? "warning" : "info", text };
  }
  const metres = `±${Math.max(1, Math.round(fix.accuracy_m))} m`;
  if (fix.quality === "good") return { tone: "good", text: `Ubicación buena: ${metres}` };
  if (fix.quality === "fair") return { tone: "info", text: `Ubicación regular: ${metres}. Espere un poco si puede.` };
  return { tone: "warning", text: `Ubicación mala: ${metres}. Salga a cielo abierto, o muévala en el mapa.` };
}
