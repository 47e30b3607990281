// Locks by itself a tablet that nobody has touched for a while.

const KEY = "aldaba-campo-candado";
export const MINUTES = [2, 5, 10, 30];

export function idleMinutes() {
  const kept = Number(localStorage.getItem(KEY));
  return MINUTES.includes(kept) ? kept : 10;
}

/** @param {number} minutes */
export const setIdleMinutes = (minutes) => localStorage.setItem(KEY, String(minutes));

/** Calls `lock` once nobody has touched the page for the minutes chosen, asleep or awake. @param {() => void} lock */
export function lockWhenIdle(lock) {
  let touched = Date.now();
  const touch = () => (touched = Date.now());
  const look = () => {
    // A clock set back must not keep a tablet open.
    const idle = Math.abs(Date.now() - touched);
    if (idle < idleMinutes() * 60_000) return;
    touch();
    lock();
  };
  for (const event of ["pointerdown", "keydown", "scroll", "input"]) {
    window.addEventListener(event, touch, { passive: true, capture: true });
  }
  document.addEventListener("visibilitychange", () => !document.hidden && look());
  setInterval(look, 10_000);
}
