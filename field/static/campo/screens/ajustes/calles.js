// The street map: fetching it, how far it is, and letting it go.
import { button, el, fill, notice } from "../../dom.js";
import { sizeOf } from "../../words.js";

/**
 * What is said and can be done about the streets, drawn anew when the state changes.
 * @param {any} app @returns {{node: HTMLElement, tell: (state: any) => void}}
 */
export function streetsPanel(app) {
  const node = el("div", { class: "stack streets-panel" });
  let told = "";
  return {
    node,
    tell({ streets }) {
      // Only what moves is drawn again while it comes: a button must stay under the thumb that is on its way to it.
      const bar = node.querySelector("progress");
      const drawn = [streets.doing, streets.offered?.version, streets.held?.version, streets.coming?.version, streets.error?.code].join();
      if (drawn === told && bar) return show(node, streets);
      if (drawn === told) return;
      told = drawn;
      fill(node, panel(app, streets));
      show(node, streets);
    },
  };
}

function show(node, { coming }) {
  const bar = node.querySelector("progress");
  if (!bar || !coming) return;
  bar.value = coming.got;
  bar.max = coming.bytes;
  node.querySelector(".streets-far").textContent =
    `${sizeOf(coming.got)} de ${sizeOf(coming.bytes)} (${Math.floor((100 * coming.got) / coming.bytes)} %)`;
}

function panel(app, streets) {
  const { offered, held, coming, doing, error } = streets;
  const isBusy = doing === "running" || doing === "waiting";
  if (!offered && !held && !coming) return null;
  return [
    el("h2", {}, "Mapa de calles"),
    coming || isBusy ? onItsWay(app, streets) : held ? here(app, streets) : offer(app, offered),
    error && !isBusy && notice("warning", error.message),
  ];
}

/** A download tells of itself on the screen: nobody waits for it with a finger on the button. */
const fetchIt = (app) => void app.engine.streets.download();

const offer = (app, { bytes }) => [
  el("p", {}, "Se ve sin señal, debajo de los contornos. Bájelo con buena señal; si se corta, sigue donde iba."),
  button(`Mapa de calles: bajar (${sizeOf(bytes)})`, () => fetchIt(app), { icon: "map" }),
];

function onItsWay(app, { coming, doing }) {
  return [
    coming && el("progress", { class: "streets-bar", "aria-label": "Mapa de calles bajado" }),
    el("p", { class: "streets-said" }, coming && el("b", { class: "streets-far" }), saidOf(doing, coming)),
    el(
      "div",
      { class: "pair" },
      doing === "paused"
        ? button("Seguir bajando", () => fetchIt(app), { icon: "download", kind: "main" })
        : button("Pausar", () => app.engine.streets.pause(), { icon: "pause-fill" }),
      coming && button("Quitar el mapa", () => remove(app), { icon: "trash3", kind: "quiet" }),
    ),
  ];
}

const saidOf = (doing, coming) =>
  doing === "waiting"
    ? " Sin señal suficiente: sigue solo, donde iba, en cuanto haya."
    : doing === "paused"
      ? " En pausa."
      : coming
        ? " Bajando. Puede seguir trabajando."
        : "Empezando…";

function here(app, { offered, held }) {
  const newer = offered && offered.version !== held.version;
  return [
    el("p", {}, "Está en la tableta (", el("b", {}, sizeOf(held.bytes)), ") y se ve sin señal."),
    newer &&
      notice(
        "info",
        el("p", {}, "La oficina tiene un mapa más nuevo. El de ahora sirve hasta que el nuevo esté completo."),
        button(`Bajar el nuevo (${sizeOf(offered.bytes)})`, () => fetchIt(app), { icon: "map" }),
      ),
    button("Quitar el mapa", () => remove(app), { icon: "trash3", kind: "quiet" }),
  ];
}

async function remove(app) {
  const sure = await app.ask("¿Quitar el mapa de calles?", {
    yes: "Sí, quitarlo",
    detail: "Quedan los contornos de las colonias. Lo capturado no se toca. Puede volver a bajarlo.",
    danger: true,
  });
  if (!sure) return;
  await app.engine.streets.remove();
  app.say("good", "Se quitó el mapa de calles.");
}
