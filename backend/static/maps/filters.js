/**
 * The filters of a map page: a plain GET form that, with this module, changes the address and
 * brings the new figures without loading the page again. Without it the form works all the same.
 */

const form = globalThis.document?.querySelector("form[data-map-filters]");

/** The query that a form asks for, leaving out what was left open. @param {HTMLFormElement} asked */
function queryOf(asked) {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(asked)) if (value) query.append(name, String(value));
  return query;
}

/** What else the address keeps (what the map shows, an area) outlasts a change of filters. @param {string} search */
export function withTheRest(query, search, names) {
  for (const [name, value] of new URLSearchParams(search)) if (!names.has(name)) query.append(name, value);
  return query;
}

async function showFigures() {
  // Without an answer the map, which asks next, says what is amiss.
  await globalThis.htmx.ajax("GET", location.href, { target: "#figuras", swap: "outerHTML" }).catch(() => {});
  document.dispatchEvent(new CustomEvent("aldaba:filters"));
}

function asked() {
  const names = new Set([...form.elements].map((control) => control.name));
  const query = withTheRest(queryOf(form), location.search, names).toString().replaceAll("%2C", ",");
  history.pushState(null, "", query ? `?${query}` : location.pathname);
  showFigures();
}

function follow() {
  const query = new URLSearchParams(location.search);
  for (const control of form.elements) {
    if (!control.name) continue;
    const value = query.get(control.name) ?? "";
    if (control.type === "radio") control.checked = control.value === value;
    else control.value = value;
  }
  showFigures();
}

if (form) {
  form.addEventListener("change", asked);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    asked();
  });
  addEventListener("popstate", follow);
}
