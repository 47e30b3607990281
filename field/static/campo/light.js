// How the screen is lit: paper indoors, black on white in the sun, white on black by night.

export const LIGHTS = [
  { value: "papel", label: "Normal", icon: "brightness-low" },
  { value: "sol", label: "Sol", icon: "brightness-high-fill" },
  { value: "noche", label: "Noche", icon: "moon-fill" },
];
const KEY = "aldaba-campo-luz";

export function currentLight() {
  try {
    const kept = localStorage.getItem(KEY);
    return LIGHTS.some(({ value }) => value === kept) ? kept : "papel";
  } catch {
    return "papel"; // a browser that keeps nothing still shows the page
  }
}

/** @param {string} value */
export function setLight(value) {
  document.documentElement.dataset.light = value;
  try {
    localStorage.setItem(KEY, value);
  } catch {
    // it lasts until the page is closed
  }
}

/** The next of the three. */
export function turnLight() {
  const place = LIGHTS.findIndex(({ value }) => value === currentLight());
  const next = LIGHTS[(place + 1) % LIGHTS.length];
  setLight(next.value);
  return next;
}
