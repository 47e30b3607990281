/**
 * What one has begun outlasts an answer that comes late. Where a part of the page that says
 * `data-keeps-begun` is replaced by htmx, what was written, chosen or opened in it meanwhile goes on in
 * the new part: whatever differs from what the page came with, found again by its `id`.
 */

/** Fields and `<details>` that a person changed. @param {Element} part @returns {any[]} */
function begunIn(part) {
  return [...part.querySelectorAll("input[id], textarea[id], select[id], details[id]")].filter(isBegun);
}

/** @param {any} field */
function isBegun(field) {
  if (field instanceof HTMLDetailsElement) return field.open;
  if (field instanceof HTMLSelectElement) {
    const usual = [...field.options].findIndex((option) => option.defaultSelected);
    return field.selectedIndex !== Math.max(usual, 0);
  }
  if (field.type === "radio") return field.checked && !field.defaultChecked;
  if (field.type === "checkbox") return field.checked !== field.defaultChecked;
  if (field.type === "hidden") return false;
  return field.type === "file" ? field.files.length > 0 : field.value !== field.defaultValue;
}

/** @param {any} old @param {any} field the same one in the new part */
function goOn(old, field) {
  if (old instanceof HTMLDetailsElement) field.open = true;
  else if (old.type === "radio") choose(field);
  else if (old.type === "checkbox") field.checked = old.checked;
  else if (old.type === "file") field.files = old.files;
  else if (!field.options || [...field.options].some(({ value }) => value === old.value)) field.value = old.value;
}

/** The others are said to be off as well, or htmx, which settles their attributes next, puts one on again. */
function choose(radio) {
  for (const one of radio.form.elements) if (one.type === "radio" && one.name === radio.name) one.checked = one === radio;
}

/** Where the focus is, so that it can be given back. @param {Element} part @returns {() => void} */
function focusIn(part) {
  const at = /** @type {any} */ (document.activeElement);
  if (!part.contains(at)) return () => {};
  const { selectionStart, selectionEnd } = at;
  const [id, within] = at.id ? [at.id, ""] : [at.closest("details[id]")?.id, at.localName];
  return () => {
    const found = /** @type {any} */ (id && document.getElementById(id));
    const field = within ? found?.querySelector(within) : found;
    field?.focus({ preventScroll: true });
    if (typeof selectionStart === "number") field?.setSelectionRange?.(selectionStart, selectionEnd);
  };
}

/** @type {(() => void) | null} */
let putBack = null;

document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, shouldSwap } = /** @type {CustomEvent} */ (event).detail;
  if (!shouldSwap || !target?.matches("[data-keeps-begun]")) return;
  const begun = begunIn(target);
  const focus = focusIn(target);
  putBack = () => {
    for (const old of begun) {
      const field = document.getElementById(old.id);
      if (field && field !== old) goOn(old, field);
    }
    focus();
  };
});

document.addEventListener("htmx:afterSwap", () => {
  putBack?.();
  putBack = null;
});
