/**
 * Single keys of a page: never while somebody types, never with Ctrl, Alt or Meta, and off where the
 * person turned them off in the dialog that `?` opens (some voice controls press them by mistake).
 */

const STORED = "aldaba-keys";
const dialog = /** @type {HTMLDialogElement | null} */ (document.getElementById("teclas"));
const opener = /** @type {HTMLButtonElement | null} */ (document.querySelector("[data-keys-open]"));
const wanted = /** @type {HTMLInputElement | null} */ (document.querySelector("[data-keys-on]"));

/** @param {EventTarget | null} target */
function isTyping(target) {
  if (!(target instanceof Element)) return false;
  const field = target.closest("input, textarea, select, [contenteditable], dialog, .folium-map");
  return field !== null && !field.matches("input[type=checkbox]");
}

/** @param {Record<string, (event: KeyboardEvent) => void>} acts what each key does, by `event.key` */
export function listen(acts) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
    if (event.key === "?" && dialog) {
      event.preventDefault();
      dialog.showModal();
      return;
    }
    const act = acts[event.key] ?? acts[event.key.toLowerCase()];
    if (!act || read() === "off") return;
    event.preventDefault();
    act(event);
  });
}

function read() {
  try {
    return localStorage.getItem(STORED);
  } catch {
    return null; // storage forbidden: the keys stay on
  }
}

if (dialog && opener && wanted) {
  opener.hidden = false;
  opener.addEventListener("click", () => dialog.showModal());
  wanted.checked = read() !== "off";
  wanted.addEventListener("change", () => {
    try {
      localStorage.setItem(STORED, wanted.checked ? "on" : "off");
    } catch {
      // Storage forbidden: it holds for this page alone, where the box says so.
    }
  });
}
