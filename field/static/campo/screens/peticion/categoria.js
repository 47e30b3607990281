// Step one: what is asked for, by search or by its picture.
import { el, fill, icon } from "../../dom.js";
import { often } from "../../often.js";
import { plain } from "../../words.js";

const SHOWN_OFTEN = 6;

export function category({ pack, form, next, touch }) {
  const categories = pack.catalogue.categories;
  const box = el("div", {});
  const search = el("input", {
    type: "search",
    class: "search",
    placeholder: "Buscar: bache, luz, basura…",
    "aria-label": "Buscar qué se pide",
    autocomplete: "off",
    enterkeyhint: "search",
    on: { input: () => draw() },
  });

  function choose(one) {
    if (form.data.category !== one.code) {
      form.data.category = one.code;
      form.data.answers = {};
      form.data.echo_of = null;
    }
    touch();
    return next();
  }

  const tile = (one) =>
    el(
      "button",
      {
        type: "button",
        class: "tile",
        "aria-pressed": String(form.data.category === one.code),
        on: { click: () => choose(one) },
      },
      icon(one.icon || "chat-square-text"),
      el("span", {}, one.name),
    );
  const group = (title, ones) =>
    ones.length > 0 && [el("h2", {}, title), el("div", { class: "tiles" }, ones.map(tile))];

  function draw() {
    const words = plain(search.value).split(/\s+/).filter(Boolean);
    if (words.length) {
      const found = categories.filter((one) => words.every((word) => plain(`${one.name} ${one.group}`).includes(word)));
      fill(
        box,
        found.length
          ? el("div", { class: "tiles" }, found.map(tile))
          : el("p", { class: "empty" }, "Nada con esas palabras. Pruebe con otra, o borre para ver todas."),
      );
      return;
    }
    const counts = often();
    const usual = categories
      .filter(({ code }) => counts[code])
      .sort((a, b) => counts[b.code] - counts[a.code])
      .slice(0, SHOWN_OFTEN);
    const groups = [...new Set(categories.map(({ group: name }) => name || "Otras"))];
    fill(
      box,
      group("Lo que más se pide", usual),
      groups
        .map((name) =>
          group(
            name,
            categories.filter((one) => (one.group || "Otras") === name),
          ),
        )
        .flat(),
    );
  }
  draw();
  return { title: "¿Qué pide?", body: [search, box], foot: [] };
}
