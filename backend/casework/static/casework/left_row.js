/**
 * The row of the inbox from which a boleta was opened, so that who comes back stands where one left. It
 * follows from boleta to boleta, and lasts as long as the tab.
 */

const STORED = "aldaba-left-row";

/** @typedef {{address: string, list: string | null, folio: string, back?: boolean}} LeftRow */

/** The inbox was left by this link. @param {HTMLAnchorElement} link */
export function leaveBy(link) {
  const { pathname, search } = new URL(link.href);
  write({ address: here(), list: listOf(search), folio: folioOf(pathname) });
}

/** In a boleta of that list: the row to come back to is its own. */
export function passOn() {
  const left = read();
  if (left && left.list === listOf(location.search)) write({ ...left, folio: folioOf(location.pathname) });
}

/** Up to the list, to the page of it that was left. @param {HTMLAnchorElement} link */
export function goBack(link) {
  const left = read();
  if (!left || left.list !== listOf(location.search)) return;
  link.href = left.address;
  write({ ...left, back: true });
}

/** The link that was left, where the person comes back to it and not by the menu. */
export function cameBackTo() {
  const left = read();
  const [visit] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
  if (!left || left.address !== here() || !(left.back || visit?.type === "back_forward")) return null;
  write({ ...left, back: false });
  const links = /** @type {HTMLAnchorElement[]} */ ([...document.querySelectorAll(".inbox-list tbody .folio")]);
  return links.find((link) => folioOf(new URL(link.href).pathname) === left.folio) ?? null;
}

const here = () => location.pathname + location.search;
const listOf = (search) => new URLSearchParams(search).get("list");
const folioOf = (pathname) => pathname.split("/").filter(Boolean).at(-1) ?? "";

/** @returns {LeftRow | null} */
function read() {
  try {
    return JSON.parse(sessionStorage.getItem(STORED) ?? "null");
  } catch {
    return null; // storage forbidden: the list begins at its top
  }
}

/** @param {LeftRow} left */
function write(left) {
  try {
    sessionStorage.setItem(STORED, JSON.stringify(left));
  } catch {
    // Storage forbidden: the list begins at its top.
  }
}
