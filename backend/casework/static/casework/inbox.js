/**
 * The inbox by keyboard, and the ticking of rows: one, a range with Shift, the page, or the whole view.
 * The focus moves from folio to folio, so that Enter opens by itself and a screen reader says where one is.
 */

import { listen } from "./keys.js";
import { cameBackTo, leaveBy } from "./left_row.js";

const form = /** @type {HTMLFormElement | null} */ (document.querySelector("[data-inbox]"));
const search = /** @type {HTMLInputElement | null} */ (document.querySelector("input[type=search]"));

/** @param {number} step */
const move = (step) => () => {
  const links = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".inbox-list tbody .folio")]);
  const row = document.activeElement?.closest(".inbox-list tbody tr");
  const here = links.findIndex((link) => row?.contains(link));
  const next = here < 0 ? (step > 0 ? 0 : links.length - 1) : here + step;
  if (!links[next]) return;
  links[next].focus();
  links[next].closest("tr")?.scrollIntoView({ block: "nearest" });
};

/** @type {Record<string, (event: KeyboardEvent) => void>} */
const acts = {
  j: move(1),
  k: move(-1),
  ArrowDown: move(1),
  ArrowUp: move(-1),
  "/": () => search?.select(),
};

if (form) {
  const boxes = /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll("input[name=chosen]")]);
  const page = /** @type {HTMLInputElement} */ (form.querySelector("[data-tick-page]"));
  const bar = /** @type {HTMLElement} */ (form.querySelector("[data-bulk-bar]"));
  const told = /** @type {HTMLElement} */ (form.querySelector("[data-ticked]"));
  const whole = /** @type {HTMLElement} */ (form.querySelector("[data-whole-view]"));
  let last = -1;

  const tell = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    const all = /** @type {HTMLInputElement | null} */ (whole.querySelector("[name=all]"));
    bar.hidden = ticked === 0;
    told.textContent = ticked === 1 ? "1 marcada." : `${ticked} marcadas.`;
    page.checked = ticked === boxes.length;
    page.indeterminate = ticked > 0 && ticked < boxes.length;
    if (ticked < boxes.length && all) whole.replaceChildren();
    for (const box of boxes) box.closest("tr")?.classList.toggle("ticked", box.checked);
  };

  /** @param {number} index @param {boolean} checked @param {boolean} range */
  const tick = (index, checked, range) => {
    const from = range && last >= 0 ? last : index;
    for (let at = Math.min(from, index); at <= Math.max(from, index); at += 1) boxes[at].checked = checked;
    last = index;
    tell();
  };

  boxes.forEach((box, index) => {
    box.addEventListener("click", (event) => tick(index, box.checked, event.shiftKey));
  });
  page.addEventListener("change", () => {
    for (const box of boxes) box.checked = page.checked;
    tell();
    const longer = document.querySelector(".pages a") !== null;
    if (!page.checked || !longer) return;
    // Those ticked may be others by the time the answer comes; without one the offer is not made.
    window.htmx.ajax("get", form.dataset.whole, { target: whole, swap: "innerHTML" }).then(tell, () => {});
  });
  acts.x = (event) => {
    const row = document.activeElement?.closest("tr");
    const index = boxes.findIndex((box) => row?.contains(box));
    if (index >= 0) tick(index, !boxes[index].checked, event.shiftKey);
  };
  tell();
}

for (const link of document.querySelectorAll(".inbox-list tbody a.folio")) {
  link.addEventListener("click", () => leaveBy(/** @type {HTMLAnchorElement} */ (link)));
}
const left = cameBackTo();
if (left) {
  left.focus({ preventScroll: true });
  left.closest("tr")?.scrollIntoView({ block: "center" });
}

listen(acts);
