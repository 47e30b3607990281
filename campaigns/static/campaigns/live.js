/** A tour's page asks for its progress by itself; when that came, the map asks for its data too. */

document.addEventListener("htmx:afterSwap", (event) => {
  const target = /** @type {CustomEvent} */ (event).detail.target;
  if (target?.id === "avance") document.dispatchEvent(new CustomEvent("aldaba:refresh"));
});
