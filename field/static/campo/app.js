// The app: opens the engine, and shows the screen that the address after # names.
import { el, fill, onFailure } from "./dom.js";
import { EngineError, openEngine } from "./engine/index.js";
import { flushForms, forgetForms } from "./forms.js";
import { ask, drawFrame, hush, say } from "./frame.js";
import { lockWhenIdle } from "./idle.js";
import { currentLight, setLight } from "./light.js";
import { screens } from "./screens/index.js";

/**
 * What every screen is given.
 * @typedef {object} App
 * @property {any} engine
 * @property {(path: string, how?: {replace?: boolean}) => Promise<void>} go until the screen is there; an act waits for
 *   it, for what is pressed meanwhile, on the screen that goes, is pressed by a thumb that shakes
 * @property {(tone: string, text: string, way?: {label: string, act: () => any}) => void} say
 * @property {(question: string, answers: {yes: string, no?: string, detail?: string, danger?: boolean}) => Promise<boolean>} ask
 * @property {() => Promise<void>} redraw
 * @property {(how?: {aloud?: boolean}) => Promise<void>} refresh
 *
 * What a screen answers. `back`: the path above it, or null on the first ones. `foot`: the main action, under the thumb.
 * @typedef {object} View
 * @property {string} title
 * @property {string} [lead]
 * @property {string | null} [back]
 * @property {any[]} body
 * @property {any[]} [foot]
 * @property {boolean} [tabs]
 * @property {(state: any) => void} [onState]
 * @property {() => void} [leave]
 */

setLight(currentLight());
onFailure(tellFailure);
window.addEventListener("unhandledrejection", (event) => {
  if (!(event.reason instanceof EngineError)) return;
  event.preventDefault();
  tellFailure(event.reason);
});

/** @param {any} error */
function tellFailure(error) {
  if (!(error instanceof EngineError)) {
    say("bad", "Algo falló en la aplicación. Lo guardado sigue en la tableta.");
    throw error;
  }
  say(error.code === "offline" || error.code === "slow" ? "warning" : "bad", error.message);
}

const pathNow = () => location.hash.replace(/^#\/?/, "");

/** What may be done while locked: to capture, to see that it waits, and to open. */
const OPEN_WHEN_LOCKED = new Set(["candado", "visita", "puerta", "peticion", "folio", "envios"]);

async function main() {
  let engine;
  try {
    engine = await openEngine();
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    fill(
      /** @type {any} */ (document.getElementById("page")),
      el("h1", {}, "No se puede abrir"),
      el("p", {}, error.message),
    );
    return;
  }
  /** @type {View | null} */
  let view = null;
  let shown = 0;
  /** The pack that the screen was drawn from. */
  let drawn = null;
  /** Capturing without the PIN, by choice, from the lock screen. */
  let capturing = false;

  const app = {
    engine,
    say,
    ask,
    async go(path, { replace = false } = {}) {
      const address = `#/${path}`;
      if (location.hash !== address) history[replace ? "replaceState" : "pushState"](null, "", address);
      return show();
    },
    redraw: () => show(),
    /** Asks the office for visits and catalogue, quietly where the kept ones do without signal. */
    async refresh({ aloud = false } = {}) {
      await engine.refreshPack().catch((error) => {
        if (!(error instanceof EngineError)) throw error;
        if (aloud) say("warning", error.message);
      });
      // Whoever fetched it: a sending asks for the pack as well.
      if (drawn !== engine.state().pack.version && pathNow() === "hoy") await show();
    },
    captureLocked() {
      capturing = true;
    },
    lock: () => (engine.state().locked ? closed() : engine.lock()),
  };

  /** Nothing that was read or half written stays in this page's memory. */
  async function closed() {
    capturing = false;
    hush();
    await flushForms();
    forgetForms();
    app.go("candado");
  }

  /** Where one is sent instead, or null. @param {string} path */
  function elsewhere(path) {
    const state = engine.state();
    const name = path.split("/")[0];
    if (path.startsWith("alta=")) return null;
    if (!state.enrolled) return name === "alta" ? null : "alta";
    if (!state.locked) {
      capturing = false;
      return path === "" || name === "candado" ? "hoy" : null;
    }
    if (name === "alta" || name === "candado") return null;
    return OPEN_WHEN_LOCKED.has(name) && (capturing || name === "envios") ? null : "candado";
  }

  async function show() {
    const turn = (shown += 1);
    const path = pathNow();
    const other = elsewhere(path);
    if (other !== null) return app.go(other, { replace: true });
    view?.leave?.();
    view = null;
    const [name, ...rest] = path.startsWith("alta=")
      ? ["alta", path.slice(5)]
      : path.split("/").map(decodeURIComponent);
    const screen = screens[name] ?? screens.hoy;
    const { version } = engine.state().pack;
    let next;
    try {
      next = await screen(app, ...rest);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      if (error.code === "locked") return app.go("candado", { replace: true });
      next = { title: "No se pudo abrir", back: "hoy", body: [el("p", {}, error.message)] };
    }
    if (turn !== shown) return next.leave?.(); // somebody went elsewhere meanwhile
    view = next;
    drawn = version;
    drawFrame(app, name, next);
    next.onState?.(engine.state());
  }

  let wasLocked = engine.state().locked;
  engine.onChange((state) => {
    const lockedNow = state.locked && !wasLocked;
    wasLocked = state.locked;
    if (lockedNow) return void closed(); // here or in another tab
    if (elsewhere(pathNow()) !== null) return void show();
    if (!view) return;
    drawFrame.state(app, state);
    view.onState?.(state);
  });
  window.addEventListener("hashchange", () => void show());
  lockWhenIdle(() => {
    if (engine.state().enrolled && (!engine.state().locked || capturing)) void app.lock();
  });
  // What was typed goes to disk before Android may take the page away.
  document.addEventListener("visibilitychange", () => void (document.hidden && flushForms()));
  await show();
  if (engine.state().enrolled && !engine.state().locked) void app.refresh();
}

void main();
