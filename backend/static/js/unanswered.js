/**
 * A press that htmx sent and that nobody answered, or only with an error, is said: without this a press on
 * a dead line does nothing at all. What a page asks by itself, or while somebody types, it will ask again.
 */

const WORDS = "No llegó la respuesta; puede que no se haya guardado. Revise su conexión e intente de nuevo.";

/** @param {Event} event */
function tell(event) {
  const pressed = /** @type {CustomEvent} */ (event).detail.requestConfig?.triggeringEvent?.type;
  const place = document.getElementById("avisos");
  if (!place || !["submit", "click"].includes(pressed)) return;
  const notice = document.createElement("div");
  notice.className = "notice notice-error";
  const icon = document.createElement("i");
  icon.className = "bi bi-exclamation-octagon-fill";
  icon.setAttribute("aria-hidden", "true");
  const words = document.createElement("p");
  words.textContent = WORDS;
  notice.append(icon, words);
  place.replaceChildren(notice);
  notice.scrollIntoView({ block: "nearest" });
}

for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) document.addEventListener(name, tell);
