// How often each category was chosen on this tablet: codes and numbers, nothing of anybody's.

const KEPT = "aldaba-campo-frecuentes";

/** @returns {Record<string, number>} */
export function often() {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) ?? {};
  } catch {
    return {};
  }
}

/** Counts a category once more, where there is room to. @param {string} code */
export function countChoice(code) {
  const counts = often();
  counts[code] = (counts[code] ?? 0) + 1;
  try {
    localStorage.setItem(KEPT, JSON.stringify(counts));
  } catch {
    // An error here would leave the form open over a petition that has its folio, to be saved twice.
  }
}
