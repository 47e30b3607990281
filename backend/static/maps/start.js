/** Opens every map of the page: the shell that Folium drew, and the layers described beside it. */

import { openMap } from "./map.js";

for (const element of document.querySelectorAll("[data-map]")) {
  openMap(/** @type {HTMLElement} */ (element));
}
