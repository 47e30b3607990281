// Step three: where. The best fix, a pin on the map, or an address; and who asked for the same nearby.
import { choice, el, field, fill, icon, notice } from "../../dom.js";
import { border } from "../../engine/index.js";
import { makeMap } from "../../map.js";
import { FIX_ICONS, follow, here, saidOf } from "../../position.js";
import { count, dayOf } from "../../words.js";

const WAYS = [
  { value: "gps", label: "Aquí", icon: "crosshair" },
  { value: "map", label: "En el mapa", icon: "map" },
  { value: "address", label: "Dirección", icon: "signpost" },
];

export function place({ app, pack, form, chosen, next, touch }) {
  const { data } = form;
  data.method ??= "gps";
  const visit = pack.visits.find(({ id }) => id === data.visit);
  const word = el("div", { role: "status" });
  const near = el("div", {});
  const box = el("div", { class: "map map-small", "aria-label": "Mapa del lugar" });
  const trouble = el("p", { class: "trouble", role: "alert" });
  const address = textOf(
    "address",
    "Calle y número",
    data.method === "address" ? "" : "Ayuda a encontrarla si la ubicación falla.",
  );
  const reference = textOf("reference", "Referencia", "«Frente a la tienda», «entre Juárez y Morelos».");
  let map = null;
  let unfollow = () => {};
  let lastNear = "";

  function textOf(name, label, help) {
    const input = el("input", {
      type: "text",
      maxlength: "300",
      autocomplete: "off",
      on: { input: () => ((data[name] = input.value), (trouble.textContent = ""), touch()) },
    });
    input.value = data[name] ?? "";
    return field(label, input, { help });
  }

  /** Where the petition would be put now. */
  const current = () =>
    data.method === "gps"
      ? here()
      : data.method === "map"
        ? { location: data.location, accuracy_m: null }
        : { location: null };

  function tell() {
    const at = current();
    const said =
      data.method === "gps"
        ? saidOf(at)
        : data.method === "map"
          ? { tone: "info", text: "Arrastre la señal, o toque el lugar exacto." }
          : { tone: "info", text: "La oficina la ubicará con la dirección." };
    const edge = border({ location: at.location, accuracy_m: at.accuracy_m, places: pack.places });
    const where = edge.place && !edge.uncertain && el("p", { class: "in-place" }, "En ", el("b", {}, edge.place.name));
    fill(
      word,
      el(
        "p",
        { class: `fix fix-${said.tone}` },
        icon(FIX_ICONS[said.tone]),
        said.text,
      ),
      where,
      edge.uncertain && doubt(edge, data.method),
      at.location &&
        !edge.place &&
        !edge.uncertain &&
        visit &&
        notice("warning", `Este punto queda fuera de ${visit.place_name}. Revise que sea el lugar.`),
    );
    showNear(at.location);
  }

  function showNear(location) {
    const found = app.engine.nearby(pack, { category: chosen.code, location }).slice(0, 4);
    const names = found.map(({ folio }) => folio).join() + (data.echo_of ?? "");
    if (names === lastNear) return;
    lastNear = names;
    fill(
      near,
      found.length > 0 &&
        el(
          "div",
          { class: "near" },
          el("h2", {}, `Ya hay ${count(found.length, "petición abierta", "peticiones abiertas")} de lo mismo cerca`),
          el("p", {}, "Si es el mismo problema, sume su voz: la oficina sabrá que son más quienes lo piden."),
          found.map((one) =>
            el(
              "button",
              {
                type: "button",
                class: "press press-plain echo",
                "aria-pressed": String(data.echo_of === one.folio),
                on: {
                  click: () => {
                    data.echo_of = data.echo_of === one.folio ? null : one.folio;
                    touch();
                    tell();
                  },
                },
              },
              icon(data.echo_of === one.folio ? "check-circle-fill" : "megaphone"),
              el(
                "span",
                {},
                data.echo_of === one.folio ? "Suma su voz a ésta" : "Sumar su voz",
                el(
                  "small",
                  {},
                  `a ${Math.round(one.distance_m)} m · folio ${one.folio}${one.captured_on ? ` · ${dayOf(one.captured_on)}` : ""}`,
                ),
              ),
            ),
          ),
        ),
    );
  }

  function setMethod(method) {
    data.method = method;
    trouble.textContent = "";
    if (method === "map") data.location ??= here().location ?? middle(pack, visit);
    if (method !== "map") data.location = null;
    touch();
    drawMap();
    tell();
  }

  function drawMap() {
    box.hidden = data.method === "address";
    map?.remove();
    map = null;
    if (box.hidden) return;
    map = makeMap(box, {
      places: pack.places,
      focus: visit?.place,
      centre: pack.municipality?.centre,
      streets: app.engine.streets,
    });
    const at = here();
    map.setPosition(at);
    if (data.method === "map" && data.location) {
      map.setPin(data.location, (location) => {
        data.location = location;
        touch();
        tell();
      });
      map.look(data.location, 17);
    } else if (at.location) map.look(at.location, 16);
  }

  return {
    title: "¿Dónde es?",
    body: [choice("Cómo se ubica", WAYS, data.method, setMethod), word, box, trouble, near, address, reference],
    ready() {
      drawMap();
      let seen = Boolean(here().location);
      unfollow = follow((fix) => {
        map?.setPosition(fix);
        if (fix.location && !seen && data.method === "gps") map?.look(fix.location, 16);
        seen ||= Boolean(fix.location);
        tell();
      });
    },
    leave() {
      unfollow();
      map?.remove();
    },
    async done() {
      const at = current();
      if (!at.location && !(data.address ?? "").trim()) {
        trouble.textContent =
          data.method === "gps"
            ? "Todavía no hay ubicación. Espere un momento, use el mapa, o escriba la dirección."
            : data.method === "map"
              ? "Ponga la señal en el mapa, o escriba la dirección."
              : "Escriba la calle y el número.";
        trouble.scrollIntoView({ block: "center" });
        return;
      }
      if (
        data.method === "gps" &&
        at.quality === "poor" &&
        !(await app.ask("La ubicación es mala. ¿Guardarla así?", {
          yes: "Sí, así",
          no: "No, la mejoro",
          detail: `Puede estar a ${Math.round(at.accuracy_m)} metros del lugar. En el mapa puede ponerla exacta.`,
        }))
      )
        return;
      // What was seen is what is saved, though the tablet moves on.
      if (data.method === "gps") Object.assign(data, { location: at.location, accuracy_m: at.accuracy_m });
      return next();
    },
  };
}

const doubt = (edge, method) =>
  notice(
    "warning",
    el(
      "p",
      {},
      edge.candidates.length > 1
        ? [
            "Está en el límite: puede ser ",
            el("b", {}, edge.candidates[0].name),
            " o ",
            el(
              "b",
              {},
              edge.candidates
                .slice(1)
                .map(({ name }) => name)
                .join(" o "),
            ),
            ".",
          ]
        : ["Está en el límite de ", el("b", {}, edge.candidates[0]?.name ?? "la colonia"), "."],
    ),
    method === "gps" && el("p", {}, "Acérquese al lugar, o póngalo en el mapa."),
  );

/** Somewhere to begin dragging from: the middle of the visit's colonia, or of the municipality. */
function middle(pack, visit) {
  const feature = pack.places.features.find(({ properties }) => properties.code === visit?.place);
  if (!feature) return pack.municipality?.centre ?? null;
  const flat = feature.geometry.coordinates.flat(Infinity);
  const xs = flat.filter((_value, place) => place % 2 === 0);
  const ys = flat.filter((_value, place) => place % 2 === 1);
  const half = (values) => (values.reduce((a, b) => Math.min(a, b)) + values.reduce((a, b) => Math.max(a, b))) / 2;
  return { type: "Point", coordinates: [half(xs), half(ys)] };
}
