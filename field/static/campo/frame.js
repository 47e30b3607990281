// What stands around every screen: the bar above with the way back, the main action below, and the three sections.
import { el, fill, icon, once } from "./dom.js";
import { currentLight, LIGHTS, turnLight } from "./light.js";

const at = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

const SECTIONS = [
  { path: "hoy", label: "Hoy", icon: "signpost-2-fill" },
  { path: "envios", label: "¿Se envió?", icon: "send-check-fill" },
  { path: "ajustes", label: "Ajustes", icon: "gear-fill" },
];

/** @param {any} app @param {string} name @param {import("./app.js").View} view */
export function drawFrame(app, name, view) {
  const state = app.engine.state();
  // What can be undone is undone at the door alone: elsewhere something else has been begun.
  if (name !== "puerta" && at("say").classList.contains("say-way")) hush();
  document.title = `${view.title} · Aldaba`;
  fill(at("bar"), barOf(app, view, state));
  fill(
    at("page"),
    el("h1", { class: view.plain ? "seen-not" : "" }, view.title),
    view.lead && el("p", { class: "lead" }, view.lead),
    view.body,
  );
  at("page").dataset.screen = name;
  fill(at("foot"), view.foot ?? []);
  at("foot").hidden = !view.foot?.length;
  const tabs = view.tabs && !state.locked;
  fill(at("tabs"), tabs ? SECTIONS.map((section) => tab(section, name)) : []);
  at("tabs").hidden = !tabs;
  window.scrollTo(0, 0);
  at("page").focus({ preventScroll: true });
  view.ready?.();
  drawFrame.state(app, state);
}

/** The parts that follow the engine's state. @param {any} _app @param {any} state */
drawFrame.state = (_app, { counts, update, room }) => {
  for (const badge of document.querySelectorAll("[data-todo]")) badge.toggleAttribute("hidden", !update?.ready && !room?.low);
  const unsent = (counts?.waiting ?? 0) + (counts?.sending ?? 0) + (counts?.photos_waiting ?? 0);
  const troubled = (counts?.held ?? 0) + (counts?.rejected ?? 0) + (counts?.photos_refused ?? 0);
  for (const badge of document.querySelectorAll("[data-unsent]")) {
    badge.textContent = unsent ? String(unsent) : troubled ? "!" : "";
    badge.toggleAttribute("hidden", !unsent && !troubled);
  }
};

function barOf(app, view, state) {
  const back =
    view.back === null || view.back === undefined
      ? el("span", { class: "bar-name" }, knocker(), el("span", {}, "Aldaba"))
      : el("a", { class: "bar-press", href: `#/${view.back}` }, icon("arrow-left"), el("span", {}, "Volver"));
  const lit = ({ icon: sign, label }) => [
    icon(sign),
    el("span", {}, el("span", { class: "seen-not" }, "Luz de la pantalla: "), label),
  ];
  const light = el("button", {
    type: "button",
    class: "bar-press",
    on: { click: () => fill(light, lit(turnLight())) },
  });
  fill(light, lit(LIGHTS.find(({ value }) => value === currentLight()) ?? LIGHTS[0]));
  const lock =
    state.enrolled && !state.locked
      ? el(
          "button",
          { type: "button", class: "bar-press", on: { click: () => once(() => app.lock()) } },
          icon("lock-fill"),
          el("span", {}, "Bloquear"),
        )
      : null;
  return [back, el("span", { class: "bar-space" }), light, lock];
}

const knocker = () =>
  el("img", { src: new URL("./icons/knocker.svg", import.meta.url).href, alt: "", width: "34", height: "34" });

function tab({ path, label, icon: name }, current) {
  return el(
    "a",
    { href: `#/${path}`, "aria-current": path === current ? "page" : null },
    el(
      "span",
      { class: "tab-icon" },
      icon(name),
      path === "envios" && el("b", { class: "badge", data: { unsent: "" }, hidden: true }),
      path === "ajustes" && el("b", { class: "badge", data: { todo: "" }, hidden: true }, el("span", { class: "seen-not" }, "Hay algo que ver")),
    ),
    el("span", {}, label),
  );
}

let quiet = 0;

/**
 * A word at the top that goes by itself; bad news stays longer, and what can be undone is under the thumb, below.
 * @param {string} tone @param {string} text @param {{label: string, act: () => any}} [way] what may be done about it
 */
export function say(tone, text, way) {
  const line = at("say");
  clearTimeout(quiet);
  const sign =
    { good: "check-circle-fill", bad: "x-octagon-fill", warning: "exclamation-triangle-fill" }[tone] ??
    "info-circle-fill";
  const act = () => {
    hush();
    return way?.act();
  };
  fill(
    line,
    icon(sign),
    el("span", { class: "say-words" }, text),
    way && el("button", { type: "button", class: "say-press", on: { click: () => once(act) } }, icon("arrow-counterclockwise"), way.label),
  );
  line.className = `say say-${tone}${way ? " say-way" : ""}`;
  line.hidden = false;
  quiet = setTimeout(hush, way ? 12_000 : tone === "good" ? 3_000 : 9_000);
}

/** The word at the top goes. */
export function hush() {
  clearTimeout(quiet);
  at("say").hidden = true;
}

/**
 * Asks once, plainly.
 * @param {string} question @param {{yes: string, no?: string, detail?: string, danger?: boolean}} answers @returns {Promise<boolean>}
 */
export function ask(question, { yes, no = "No, volver", detail, danger = false }) {
  return new Promise((resolve) => {
    const end = (answer) => {
      dialog.close();
      dialog.remove();
      resolve(answer);
    };
    const press = (label, answer, kind) =>
      el(
        "button",
        { type: "button", class: `press press-${kind}`, on: { click: () => end(answer) } },
        el("span", {}, label),
      );
    const dialog = el(
      "dialog",
      {
        class: "ask",
        "aria-labelledby": "ask-question",
        on: { cancel: (event) => (event.preventDefault(), end(false)) },
      },
      el("h2", { id: "ask-question" }, question),
      detail && el("p", {}, detail),
      el("div", { class: "stack" }, press(yes, true, danger ? "danger" : "main"), press(no, false, "plain")),
    );
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** The way to another screen, the whole width. @param {string} path @param {string} name @param {string} label @param {string} [detail] */
export const way = (path, name, label, detail) =>
  el(
    "a",
    { class: "way", href: `#/${path}` },
    icon(name),
    el("span", {}, el("strong", {}, label), detail && el("small", {}, detail)),
    icon("chevron-right"),
  );
