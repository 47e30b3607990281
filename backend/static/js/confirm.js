/**
 * Ask once, plainly, before an act that is hard to undo: `<form data-confirm="¿Revocar la tableta?">`,
 * a submit button with `data-confirm`, or htmx's own `hx-confirm`.
 */

const dialog = /** @type {HTMLDialogElement | null} */ (document.getElementById("confirmar"));

/**
 * @param {string} question
 * @returns {Promise<boolean>}
 */
function ask(question) {
  if (!dialog) return Promise.resolve(true);
  const heading = dialog.querySelector("h2");
  if (heading) heading.textContent = question;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

document.addEventListener("submit", async (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  const submitter = /** @type {HTMLElement | null} */ (event.submitter);
  const question = submitter?.dataset.confirm ?? form.dataset.confirm;
  if (!question || form.dataset.confirmed !== undefined) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!(await ask(question))) return;
  form.dataset.confirmed = "";
  form.requestSubmit(submitter);
  delete form.dataset.confirmed;
}, { capture: true });

document.addEventListener("htmx:confirm", async (event) => {
  const { question, issueRequest } = /** @type {CustomEvent} */ (event).detail;
  if (!question) return;
  event.preventDefault();
  if (await ask(question)) issueRequest(true);
});
