/** The tray by keyboard: j and k go from row to row, Enter opens one; n goes to the next record. */

/** @param {EventTarget | null} target */
function isWriting(target) {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** @param {number} step */
function moveBy(step) {
  const rows = [...document.querySelectorAll("a[data-row]")];
  if (!rows.length) return;
  const at = rows.indexOf(document.activeElement);
  const to = at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + step, 0), rows.length - 1);
  rows[to].focus();
  rows[to].scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
  if (event.key === "j") moveBy(1);
  else if (event.key === "k") moveBy(-1);
  else if (event.key === "n") document.querySelector("a[data-next]")?.click();
  else return;
  event.preventDefault();
});

// A form that came back with something wrong begins where it is.
document.querySelector(".mend :is([aria-invalid='true'], .is-invalid)")?.focus();
