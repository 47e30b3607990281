// Step four: who asks, with the privacy notice before a word is written; or nobody's name.
import { choice, el, field, fill, notice } from "../../dom.js";

export function person({ pack, form, chosen, next, touch }) {
  const { data } = form;
  const given = (data.person ??= {});
  const box = el("div", {});
  const trouble = el("p", { class: "trouble", role: "alert" });
  const clear = () => (trouble.textContent = "");

  function input(name, label, more, optional = false) {
    const element = el("input", {
      autocomplete: "off",
      ...more,
      on: { input: () => ((given[name] = element.value), clear(), touch()) },
    });
    element.value = given[name] ?? "";
    return field(label, element, { optional });
  }

  function draw() {
    if (data.anonymous === undefined) return fill(box);
    if (data.anonymous)
      return fill(box, notice("info", "Se guarda sin nombre. El folio sirve igual para preguntar cómo va."));
    const consent = el("input", {
      type: "checkbox",
      id: "consiente",
      on: { change: () => ((given.consent = consent.checked), clear(), touch()) },
    });
    consent.checked = Boolean(given.consent);
    return fill(
      box,
      el(
        "section",
        { class: "privacy", "aria-label": "Aviso de privacidad" },
        el("h2", {}, "Léale o muéstrele este aviso"),
        el("p", {}, pack.notice?.text ?? "La oficina todavía no publica su aviso de privacidad."),
        pack.notice && el("small", {}, `Aviso de privacidad, versión ${pack.notice.version}`),
      ),
      el(
        "label",
        { class: "consent", for: "consiente" },
        consent,
        el("span", {}, "La persona conoce el aviso y está de acuerdo"),
      ),
      input("name", "Nombre", { type: "text", maxlength: "200", autocapitalize: "words" }),
      input("phone", "Teléfono", { type: "tel", inputmode: "tel", maxlength: "40" }, true),
      input("email", "Correo", { type: "email", inputmode: "email", maxlength: "254" }, true),
    );
  }
  draw();
  const group = el("input", {
    type: "text",
    maxlength: "200",
    autocomplete: "off",
    on: { input: () => ((data.group = group.value), touch()) },
  });
  group.value = data.group ?? "";
  return {
    title: "¿Quién pide?",
    body: [
      chosen.sensitive && notice("info", "Esta petición es reservada: solo la ve quien debe atenderla."),
      choice(
        "¿Da sus datos?",
        [
          { value: false, label: "Da sus datos", icon: "person-fill" },
          { value: true, label: "Anónima", icon: "incognito" },
        ],
        data.anonymous,
        (value) => {
          data.anonymous = value;
          clear();
          touch();
          draw();
        },
      ),
      box,
      field("Grupo que lo pide", group, { help: "Comité, asociación o colonia, si lo piden juntos." }),
      trouble,
    ],
    done() {
      trouble.textContent = missing(data, given);
      if (trouble.textContent) return trouble.scrollIntoView({ block: "center" });
      return next();
    },
  };
}

function missing(data, given) {
  if (data.anonymous === undefined) return "Escoja si da sus datos o es anónima.";
  if (data.anonymous) return "";
  if (!given.name?.trim()) return "Falta el nombre. Si no quiere darlo, escoja «Anónima».";
  if (!given.consent) return "Sin su acuerdo con el aviso no se guardan sus datos. Márquelo, o escoja «Anónima».";
  return "";
}
