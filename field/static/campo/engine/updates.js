// A new version of the app: fetched and kept beside the old one until somebody says so.

const PATH = "/campo/sw.js";
const LOOK_EVERY_MS = 30 * 60_000;

/**
 * @param {{container: ServiceWorkerContainer | undefined, reload: () => void, onChange: () => void}} env
 */
export function makeUpdates({ container, reload, onChange }) {
  /** @type {ServiceWorkerRegistration | null} */
  let registration = null;
  let applying = false;
  /** @type {string | null} the hash that the worker in charge was made under */
  let version = null;

  async function start() {
    if (!container) return;
    container.addEventListener("controllerchange", () => {
      // Only the page whose person asked for it: another may hold a form half filled.
      if (applying) reload();
      else ask(container.controller);
    });
    try {
      registration = await container.register(PATH, { scope: "/campo/", updateViaCache: "none" });
    } catch {
      return; // off line on the first visit, or a browser that forbids it: the app works, it only cannot start off line
    }
    registration.addEventListener("updatefound", () => {
      registration?.installing?.addEventListener("statechange", onChange);
    });
    ask(container.controller);
    setInterval(() => void registration?.update().catch(() => {}), LOOK_EVERY_MS);
    onChange();
  }

  /** @param {ServiceWorker | null} worker */
  function ask(worker) {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => {
      version = data;
      onChange();
    };
    worker?.postMessage("version", [port2]);
  }

  /** Put the new version to use, unless another tab is open. @returns {Promise<boolean>} */
  async function apply() {
    const waiting = registration?.waiting;
    if (!waiting) return false;
    const { port1, port2 } = new MessageChannel();
    const answer = new Promise((resolve) => {
      port1.onmessage = ({ data }) => resolve(data === "yes");
      setTimeout(() => resolve(false), 3_000);
    });
    applying = true;
    waiting.postMessage("use", [port2]);
    applying = await answer;
    return applying;
  }

  return { start, apply, state: () => ({ ready: Boolean(registration?.waiting), version }) };
}
