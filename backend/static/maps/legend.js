/** The legend, in words: a swatch, what it means, and how many are in it. */

export class Legend {
  /** @param {HTMLElement} map the legend is the page's `[data-map-legend]` */
  constructor(map) {
    this.page = map.ownerDocument;
  }

  /**
   * @param {{colour: string, label: string, shape?: string}[]} classes
   * @param {string} [heading] what the colours count; without it the page's own legend stands
   */
  show(classes, heading) {
    const box = this.page.querySelector("[data-map-legend]");
    if (!box || !heading) return;
    const title = this.page.createElement("p");
    title.className = "map-legend-title";
    title.textContent = heading;
    const list = this.page.createElement("ul");
    list.append(...classes.map((one) => this.#line(one)));
    box.replaceChildren(title, list);
  }

  #line({ colour, label, shape = "square" }) {
    const line = this.page.createElement("li");
    const swatch = this.page.createElement("span");
    swatch.className = `map-swatch map-swatch-${shape}`;
    swatch.style.setProperty("--swatch", colour);
    swatch.setAttribute("aria-hidden", "true");
    const text = this.page.createElement("span");
    text.textContent = label;
    line.append(swatch, text);
    return line;
  }
}
