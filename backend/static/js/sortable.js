/**
 * Tables that sort by a column: `<table data-sortable>` whose `<th data-sort>` get a button.
 * A cell's `data-value` is what is compared, else its text; numbers compare as numbers.
 */

const collator = new Intl.Collator("es", { numeric: true, sensitivity: "base" });

/** @param {HTMLTableCellElement | undefined} cell */
function valueOf(cell) {
  return (cell?.dataset.value ?? cell?.textContent ?? "").trim();
}

/**
 * @param {string} left
 * @param {string} right
 */
export function compare(left, right) {
  if (left === "" || right === "") return left === right ? 0 : left === "" ? 1 : -1;
  const [a, b] = [Number(left), Number(right)];
  return Number.isNaN(a) || Number.isNaN(b) ? collator.compare(left, right) : a - b;
}

/**
 * @param {HTMLTableElement} table
 * @param {HTMLTableCellElement} header
 */
function sortBy(table, header) {
  const ascending =
    header.getAttribute("aria-sort") === null
      ? header.dataset.sort !== "desc"
      : header.getAttribute("aria-sort") !== "ascending";
  for (const other of table.querySelectorAll("th[aria-sort]")) other.removeAttribute("aria-sort");
  header.setAttribute("aria-sort", ascending ? "ascending" : "descending");
  const body = table.tBodies[0];
  const rows = [...body.rows].map((row) => ({ row, value: valueOf(row.cells[header.cellIndex]) }));
  rows.sort((a, b) => {
    const order = compare(a.value, b.value);
    // What is empty stays last, whichever way the rest runs.
    return a.value === "" || b.value === "" || ascending ? order : -order;
  });
  body.append(...rows.map(({ row }) => row));
}

/** @param {ParentNode} root */
function prepare(root) {
  for (const table of root.querySelectorAll("table[data-sortable]:not([data-sortable-ready])")) {
    table.setAttribute("data-sortable-ready", "");
    for (const header of table.querySelectorAll("thead th[data-sort]")) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...header.childNodes);
      header.append(button);
      button.addEventListener("click", () =>
        sortBy(/** @type {HTMLTableElement} */ (table), /** @type {HTMLTableCellElement} */ (header)),
      );
    }
  }
}

if (typeof document !== "undefined") {
  prepare(document);
  document.addEventListener("htmx:load", (event) =>
    prepare(/** @type {ParentNode} */ (event.target).parentNode ?? document),
  );
}
