/** A menu longer than the window opens with the page one is on in sight. */

const menu = document.querySelector(".sidebar nav");

function showCurrent() {
  const current = menu?.querySelector("[aria-current]");
  if (!menu || !current) return;
  const beyond = current.getBoundingClientRect().bottom - menu.getBoundingClientRect().bottom;
  // Half a menu further, so that its neighbours are seen too.
  if (beyond > 0) menu.scrollTop += beyond + menu.clientHeight / 2;
}

showCurrent();
document.fonts.ready.then(showCurrent); // its lines may break otherwise once the font is there
document.getElementById("menu")?.addEventListener("shown.bs.offcanvas", showCurrent);
