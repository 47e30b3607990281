// Elements out of words: nothing here ever reads a text as markup.

/**
 * @typedef {Node | string | number | null | undefined | false} Child
 * @typedef {Record<string, any>} Props `class`, `on: {click}`, `data: {}`, anything else an attribute or, where the
 *   element knows it and it is no string, a property
 */

/**
 * Make an element.
 * @param {string} tag @param {Props} [props] @param {...(Child | Child[])} children
 * @returns {any}
 */
export function el(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") element.className = value;
    else if (name === "on") for (const [event, act] of Object.entries(value)) element.addEventListener(event, act);
    else if (name === "data") Object.assign(element.dataset, value);
    else if (value === true) element.setAttribute(name, "");
    else if (name === "value") element.value = value;
    else element.setAttribute(name, String(value));
  }
  element.append(...children.flat(Infinity).filter(isShown).map(asNode));
  return element;
}

const isShown = (child) => child !== null && child !== undefined && child !== false;
const asNode = (child) => (child instanceof Node ? child : String(child));

/** Put these in the place of whatever an element held. @param {Element} element @param {...Child} children */
export function fill(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter(isShown).map(asNode));
  return element;
}

/** One of the Bootstrap Icons, for the eye alone. @param {string} name */
export const icon = (name) => el("i", { class: `bi bi-${name.replace(/[^a-z0-9-]/g, "")}`, "aria-hidden": "true" });

/**
 * A button of at least 56 px.
 * @param {string} label @param {() => any} act
 * @param {{icon?: string, kind?: "main" | "plain" | "quiet" | "danger", type?: string, disabled?: boolean, data?: object}} [more]
 */
export function button(label, act, { icon: name, kind = "plain", ...rest } = {}) {
  return el(
    "button",
    { type: "button", class: `press press-${kind}`, on: { click: () => once(act) }, ...rest },
    name && icon(name),
    el("span", {}, label),
  );
}

let busy = false;
/** @type {(error: unknown) => void} */
let tellFailure = console.error;

/** Who tells the person what went wrong in an act. @param {(error: unknown) => void} teller */
export const onFailure = (teller) => (tellFailure = teller);

/** Runs an act, and no other press until it ends: a thumb that shakes saves nothing twice. @param {() => any} act */
export async function once(act) {
  if (busy) return;
  busy = true;
  try {
    await act();
  } catch (error) {
    tellFailure(error);
  } finally {
    busy = false;
  }
}

/**
 * A field with its label.
 * @param {string} label @param {HTMLElement} input @param {{help?: string, optional?: boolean}} [more]
 */
export function field(label, input, { help, optional } = {}) {
  if (!input.id) input.id = `f-${(field.count = (field.count ?? 0) + 1)}`;
  return el(
    "div",
    { class: "field" },
    el("label", { for: input.id }, label, optional && el("span", { class: "muted" }, " (si lo tiene)")),
    help && el("p", { class: "help" }, help),
    input,
  );
}

/**
 * A row of things to choose one from, each a big button.
 * @param {string} label @param {{value: any, label: string, icon?: string}[]} options
 * @param {any} chosen @param {(value: any) => void} onChoose
 */
export function choice(label, options, chosen, onChoose) {
  const buttons = options.map((option) =>
    el(
      "button",
      {
        type: "button",
        class: "chip",
        "aria-pressed": String(option.value === chosen),
        on: {
          click: () => {
            for (const one of buttons)
              one.setAttribute("aria-pressed", String(one === buttons[options.indexOf(option)]));
            onChoose(option.value);
          },
        },
      },
      option.icon && icon(option.icon),
      option.label,
    ),
  );
  return el(
    "div",
    { class: "field", role: "group", "aria-label": label },
    el("p", { class: "label" }, label),
    el("div", { class: "chips" }, buttons),
  );
}

/** A word to the person who holds the tablet. @param {"info" | "warning" | "good" | "bad"} tone @param {...Child} words */
export function notice(tone, ...words) {
  const sign = {
    info: "info-circle",
    warning: "exclamation-triangle-fill",
    good: "check-circle-fill",
    bad: "x-octagon-fill",
  }[tone];
  return el("div", { class: `notice notice-${tone}` }, icon(sign), el("div", {}, ...words));
}
