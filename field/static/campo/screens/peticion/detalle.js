// Step two: the category's own questions, what the person says, and photos.
import { choice, el, field, fill, icon, once } from "../../dom.js";
import { photos } from "../../engine/index.js";

const MOST_PHOTOS = 8;

export function details({ app, form, chosen, next, touch }) {
  const answers = (form.data.answers ??= {});
  const text = el("textarea", {
    rows: "4",
    maxlength: "20000",
    placeholder: "Lo que dice la persona, con sus palabras",
    on: { input: () => ((form.data.description = text.value), touch()) },
  });
  text.value = form.data.description ?? "";
  const trouble = el("p", { class: "trouble", role: "alert" });
  const pictures = photoField(app, form, touch);

  function ask(question) {
    const { key, label, type, options = [], required } = question;
    const set = (value) => {
      if (value === "" || value === null) delete answers[key];
      else answers[key] = value;
      trouble.textContent = "";
      touch();
    };
    const said = required ? label : `${label} (si lo sabe)`;
    if (type === "yes_no")
      return choice(
        said,
        [
          { value: true, label: "Sí", icon: "check-lg" },
          { value: false, label: "No", icon: "x-lg" },
        ],
        answers[key],
        set,
      );
    if (type === "choice")
      return choice(
        said,
        options.map((option) => ({ value: option, label: option })),
        answers[key],
        set,
      );
    const number = type === "number";
    const input = el("input", {
      type: "text",
      inputmode: number ? "decimal" : "text",
      autocomplete: "off",
      maxlength: "500",
    });
    input.value = answers[key] ?? "";
    input.addEventListener("input", () => {
      const value = input.value.trim();
      const parsed = Number(value.replace(",", "."));
      set(value === "" ? "" : number && Number.isFinite(parsed) ? parsed : value);
    });
    return field(said, input);
  }

  return {
    title: chosen.name,
    body: [
      (chosen.questions ?? []).map(ask),
      field("¿Qué pasa?", text, { help: "Puede dictar con el micrófono del teclado." }),
      pictures.node,
      trouble,
    ],
    done() {
      const missing = (chosen.questions ?? []).find(({ key, required }) => required && answers[key] === undefined);
      if (missing) return void (trouble.textContent = `Falta contestar: ${missing.label}`);
      return next();
    },
    leave: () => pictures.leave(),
  };
}

function photoField(app, form, touch) {
  const list = el("ul", { class: "photos" });
  let addresses = [];
  const forget = () => {
    for (const address of addresses) URL.revokeObjectURL(address);
    addresses = [];
  };
  const camera = el("input", {
    type: "file",
    accept: "image/*",
    capture: "environment",
    id: "camara",
    class: "seen-not",
    on: { change: () => once(() => take(camera)) },
  });
  const gallery = el("input", {
    type: "file",
    accept: "image/*",
    multiple: true,
    id: "galeria",
    class: "seen-not",
    on: { change: () => once(() => take(gallery)) },
  });
  const working = el("p", { class: "muted", role: "status" });

  async function take(input) {
    const files = [...(input.files ?? [])].slice(0, MOST_PHOTOS - form.photos.length);
    input.value = "";
    try {
      for (const file of files) {
        working.textContent = "Preparando la foto…";
        form.photos.push(await photos.shrink(file));
        touch();
        draw();
      }
    } finally {
      working.textContent = "";
    }
  }

  function draw() {
    forget();
    fill(
      list,
      form.photos.map((photo, place) => {
        const address = URL.createObjectURL(photo);
        addresses.push(address);
        const remove = el(
          "button",
          {
            type: "button",
            class: "photo-remove",
            "aria-label": `Quitar la foto ${place + 1}`,
            on: {
              click: () =>
                once(async () => {
                  if (!(await app.ask("¿Quitar esta foto?", { yes: "Sí, quitarla", danger: true }))) return;
                  form.photos.splice(place, 1);
                  touch();
                  draw();
                }),
            },
          },
          icon("x-lg"),
        );
        return el("li", {}, el("img", { src: address, alt: `Foto ${place + 1}` }), remove);
      }),
    );
  }
  draw();
  const node = el(
    "div",
    { class: "field" },
    el("p", { class: "label" }, "Fotos"),
    list,
    working,
    el(
      "div",
      { class: "pair" },
      el("label", { class: "press press-plain", for: "camara" }, icon("camera-fill"), el("span", {}, "Tomar foto")),
      el("label", { class: "press press-plain", for: "galeria" }, icon("images"), el("span", {}, "De la galería")),
      camera,
      gallery,
    ),
  );
  return { node, leave: forget };
}
