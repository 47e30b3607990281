/** The list of messages: one box picks all of a page, and says whether all are picked. */

const all = document.querySelector("[data-pick-all]");
const boxes = [...document.querySelectorAll("input[name=message]")];

function show() {
  const picked = boxes.filter((box) => box.checked).length;
  all.checked = picked === boxes.length;
  all.indeterminate = picked > 0 && picked < boxes.length;
}

if (all) {
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
  });
  for (const box of boxes) box.addEventListener("change", show);
  show();
}
