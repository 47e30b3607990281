/**
 * A form that is under way is not sent a second time. On a slow line people press again, and that would
 * take a second number, or tell them that somebody else had just done what they did themselves.
 */

/** After so many milliseconds without an answer it may be sent again: the browser has given up, perhaps. */
const UNDER_WAY = 10_000;

/** @param {Element} form */
const release = (form) => form.removeAttribute("aria-busy");

document.addEventListener("submit", (event) => {
  // Stopped to ask first, or taken over by htmx, which sends one thing at a time by itself.
  if (event.defaultPrevented) return;
  const form = /** @type {HTMLFormElement} */ (event.target);
  const method = event.submitter?.getAttribute("formmethod") ?? form.method;
  if (method !== "post") return;
  if (form.hasAttribute("aria-busy")) return event.preventDefault();
  form.setAttribute("aria-busy", "true");
  setTimeout(release, UNDER_WAY, form);
});

// A page that comes back from the browser's memory has been answered.
addEventListener("pageshow", () => document.querySelectorAll("form[aria-busy]").forEach(release));
