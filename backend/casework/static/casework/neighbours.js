/** In a boleta: on to the next or back to the one before in the list that one came from, by keyboard. */

import { listen } from "./keys.js";
import { goBack, passOn } from "./left_row.js";

passOn();
document.querySelector("[data-up]")?.addEventListener("click", (event) => goBack(event.currentTarget));

/** @param {string} selector */
const follow = (selector) => () => /** @type {HTMLAnchorElement | null} */ (document.querySelector(selector))?.click();

listen({ j: follow(".neighbours [rel=next]"), k: follow(".neighbours [rel=prev]"), u: follow("[data-up]") });
