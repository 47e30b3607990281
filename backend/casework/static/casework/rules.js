/**
 * The referral rules' lines: one more, up and down. Without this the order is a number to type, and a new
 * line comes with each trial. What was tried is no longer true once anything is changed.
 */

const form = document.querySelector("form[data-rules]");
if (form instanceof HTMLFormElement) start(form);

/** @param {HTMLFormElement} form */
function start(form) {
  const list = /** @type {HTMLElement} */ (form.querySelector("[data-list]"));
  const add = /** @type {HTMLButtonElement} */ (form.querySelector("[data-add]"));
  for (const line of rulesOf(list)) equip(line);
  renumber(list);
  add.hidden = false;
  add.addEventListener("click", () => {
    const line = addLine(form, list);
    renumber(list);
    line.querySelector("select")?.focus();
  });
  list.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("[data-move]");
    if (!(button instanceof HTMLButtonElement)) return;
    const line = /** @type {HTMLElement} */ (button.closest("[data-rule]"));
    const up = button.dataset.move === "-1";
    const other = up ? line.previousElementSibling : line.nextElementSibling;
    if (!other) return;
    if (up) other.before(line);
    else other.after(line);
    renumber(list);
    forget(form);
    button.focus();
  });
  form.addEventListener("input", () => forget(form));
  form.querySelector("section[data-trial]")?.scrollIntoView({ block: "nearest" });
}

/** @param {HTMLElement} list */
function rulesOf(list) {
  return /** @type {HTMLElement[]} */ ([...list.querySelectorAll("[data-rule]")]);
}

/** Buttons instead of the number to type. @param {HTMLElement} line */
function equip(line) {
  for (const button of line.querySelectorAll("[data-move]")) /** @type {HTMLElement} */ (button).hidden = false;
  const number = /** @type {HTMLElement | null} */ (line.querySelector(".rule-number"));
  if (number) number.hidden = true;
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement} list
 */
function addLine(form, list) {
  const template = /** @type {HTMLTemplateElement} */ (form.querySelector("template"));
  const total = /** @type {HTMLInputElement} */ (form.querySelector("[name$='-TOTAL_FORMS']"));
  const line = /** @type {HTMLElement} */ (template.content.cloneNode(true)).querySelector("[data-rule]");
  const prefix = "__prefix__";
  for (const element of line.querySelectorAll("[name], [id], [for], [aria-describedby]")) {
    for (const name of ["name", "id", "for", "aria-describedby"]) {
      const value = element.getAttribute(name);
      if (value?.includes(prefix)) element.setAttribute(name, value.replaceAll(prefix, total.value));
    }
  }
  total.value = String(Number(total.value) + 1);
  list.append(line);
  equip(/** @type {HTMLElement} */ (line));
  return /** @type {HTMLElement} */ (line);
}

/** @param {HTMLElement} list */
function renumber(list) {
  rulesOf(list).forEach((line, index) => {
    const order = /** @type {HTMLInputElement | null} */ (line.querySelector("[name$='-ORDER']"));
    if (order) order.value = String(index + 1);
  });
}

/** @param {HTMLFormElement} form */
function forget(form) {
  for (const part of form.querySelectorAll("[data-trial]")) part.remove();
}
