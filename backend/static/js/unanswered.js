/**
 * A press that htmx sent and that nobody answered, or only with an error, is said: without this a press on
 * a dead line does nothing at all. What a page asks by itself, or while somebody types, it will ask again.
 * A refusal that says why (htmx puts no such answer into the page) is told in its own words.
 */

const WORDS = "No llegó la respuesta; puede que no se haya guardado. Revise su conexión e intente de nuevo.";

/** What an error's page says, where it refuses. @param {XMLHttpRequest | undefined} answer */
function refusal(answer) {
  if (!answer || answer.status < 400 || answer.status >= 500) return "";
  const page = new DOMParser().parseFromString(answer.responseText, "text/html");
  const said = [...page.querySelectorAll("[data-error-title], [data-error-detail]")];
  return said.map((one) => one.textContent.trim()).join(". ");
}

/** @param {Event} event */
function tell(event) {
  const { requestConfig, xhr } = /** @type {CustomEvent} */ (event).detail;
  const pressed = requestConfig?.triggeringEvent?.type;
  const place = document.getElementById("avisos");
  if (!place || !["submit", "click"].includes(pressed)) return;
  const notice = document.createElement("div");
  notice.className = "notice notice-error";
  const icon = document.createElement("i");
  icon.className = "bi bi-exclamation-octagon-fill";
  icon.setAttribute("aria-hidden", "true");
  const words = document.createElement("p");
  words.textContent = refusal(xhr) || WORDS;
  notice.append(icon, words);
  place.replaceChildren(notice);
  notice.scrollIntoView({ block: "nearest" });
}

for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) document.addEventListener(name, tell);
