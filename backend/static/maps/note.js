/** The one line over the map that says what goes on: loading, too much to show, an error. */

import { Superseded } from "./fetching.js";

export class Note {
  #element;
  #standing = "";
  #running = 0;

  /** @param {HTMLElement} map */
  constructor(map) {
    this.#element = map.querySelector("[data-map-note]");
  }

  /** What stays said until the next drawing. @param {string} text */
  say(text) {
    this.#standing = text;
    if (!this.#running) this.#show(text);
  }

  /** @param {Promise<any>} work */
  async during(work) {
    this.#running += 1;
    const slow = setTimeout(() => this.#show("Cargando el mapa…"), 300);
    try {
      await work;
    } catch (error) {
      if (!(error instanceof Superseded)) this.#standing = error.message;
    } finally {
      clearTimeout(slow);
      this.#running -= 1;
      if (!this.#running) this.#show(this.#standing);
    }
  }

  /** @param {string} text */
  #show(text) {
    this.#element.textContent = text;
    this.#element.hidden = !text;
  }
}
