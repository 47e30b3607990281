// Was it sent? The truth of each thing that was kept.
import { button, el, fill, icon, notice } from "../dom.js";
import { count, outcomeOf, stampOf, STATES, timeOf } from "../words.js";

const MOST_ROWS = 200;

/** @param {any} app */
export async function sent(app) {
  const { engine } = app;
  const figures = el("ul", { class: "figures" });
  const word = el("div", { role: "status" });
  const list = el("ul", { class: "rows" });
  const { locked } = engine.state();
  let drawing = Promise.resolve();

  async function draw() {
    const rows = await engine.queue();
    const order = ["rejected", "held", "sending", "waiting", "in_office"];
    const sorted = rows
      .map((row, place) => ({ row, place }))
      .sort((a, b) => order.indexOf(rank(a.row)) - order.indexOf(rank(b.row)) || a.place - b.place);
    fill(
      list,
      sorted.slice(0, MOST_ROWS).map(({ row }) => rowOf(row, locked)),
    );
    if (!rows.length) fill(list, el("li", { class: "empty" }, "Todavía no se ha guardado nada en esta tableta."));
  }

  return {
    title: "¿Se envió?",
    back: locked ? "candado" : null,
    tabs: true,
    body: [
      figures,
      word,
      list,
      !locked &&
        el(
          "details",
          { class: "fold" },
          el("summary", {}, "Último recurso: sacar todo en un archivo"),
          el(
            "p",
            {},
            "Guarda en un archivo lo que la oficina todavía no tiene, para llevarlo en una memoria. Cualquiera que tenga el archivo puede leerlo: entréguelo solo en la oficina.",
          ),
          button("Sacar un archivo", () => exportAll(app), { icon: "download" }),
        ),
    ],
    foot: [
      button(
        "Enviar ahora",
        () => {
          if (engine.state().locked) return app.go("candado");
          void engine
            .drain()
            .then((link) => link?.error && app.say("warning", link.error.message))
            .catch((error) => app.say("warning", error.message));
        },
        { kind: "main", icon: "send-fill" },
      ),
    ],
    onState(state) {
      const { counts } = state;
      fill(
        figures,
        figure(counts.waiting, "en espera", "waiting"),
        figure(counts.sending, "en camino", "sending"),
        figure(counts.in_office, "en la oficina", "in_office"),
        figure(counts.held, counts.held === 1 ? "retenida" : "retenidas", counts.held ? "trouble" : "held"),
        counts.rejected > 0 && figure(counts.rejected, "no recibidas", "trouble"),
        figure(counts.photos_waiting, "fotos por enviar", "photos"),
        counts.photos_refused > 0 && figure(counts.photos_refused, "fotos no aceptadas", "trouble"),
      );
      fill(word, linkWord(state, app));
      drawing = drawing.then(draw, draw);
    },
  };
}

const rank = (row) => (row.state === "in_office" && row.photos.sent < row.photos.total ? "waiting" : row.state);
const figure = (number, label, kind) =>
  el("li", { class: `figure-${kind}` }, el("b", {}, number), el("span", {}, label));

function linkWord({ link, counts }, app) {
  const left = counts.waiting + counts.sending + counts.photos_waiting;
  if (link.state === "refused")
    return notice(
      "bad",
      el(
        "p",
        {},
        el("b", {}, "La oficina dio de baja esta tableta."),
        " Nada se pierde: pida un código nuevo y lo guardado se enviará.",
      ),
      button("Tengo un código nuevo", () => app.go("alta"), { icon: "qr-code" }),
    );
  if (link.state === "locked") return left ? notice("info", "Para enviar hace falta su PIN.") : null;
  if (link.state === "sending") return notice("info", "Enviando…");
  if (link.state === "elsewhere") return notice("info", "Otra ventana de Aldaba está enviando.");
  if (!left)
    return counts.in_office || counts.held
      ? notice("good", `Todo está en la oficina${link.last_ok_at ? ` desde las ${timeOf(link.last_ok_at)}` : ""}.`)
      : null;
  if (link.state === "offline") return notice("warning", "No hay señal. Se enviará solo cuando vuelva.");
  if (link.state === "resting")
    return notice(
      "warning",
      el("p", {}, link.error?.message ?? "El envío se detuvo."),
      link.next_try_at && el("p", {}, `Se intentará otra vez a las ${timeOf(link.next_try_at)}.`),
    );
  return notice("info", "Se enviará en un momento.");
}

function rowOf(row, locked) {
  const { total, sent: gone, refused, errors: photoErrors = [] } = row.photos;
  const state = STATES[row.state];
  const name =
    row.kind === "petition"
      ? (row.folio ?? "Petición sin folio")
      : `${row.kind === "encounter_undo" ? "Deshacer puerta" : "Puerta"}: ${outcomeOf(row.outcome).label.toLowerCase()}`;
  const inner = [
    icon(state.icon),
    el(
      "span",
      { class: "row-what" },
      el("strong", {}, name),
      el("span", { class: "row-state" }, state.label, row.undone && " · deshecha, no cuenta"),
      row.state !== "in_office" && row.errors.map(({ detail }) => el("small", { class: "row-why" }, detail)),
      total > 0 &&
        el(
          "small",
          {},
          gone === total
            ? count(total, "foto en la oficina", "fotos en la oficina")
            : `Fotos: ${gone} de ${total} en la oficina${refused ? `, ${refused} sin aceptar` : ""}`,
        ),
      refused > 0 &&
        photoErrors.map((error) =>
          el("small", { class: "row-why" }, typeof error === "string" ? error : (error.detail ?? error.message)),
        ),
    ),
    el("time", {}, stampOf(row.saved_at)),
  ];
  const kind = `row row-${row.state}`;
  return el(
    "li",
    {},
    row.kind === "petition" && !locked
      ? el("a", { class: kind, href: `#/folio/${row.id}` }, inner)
      : el("div", { class: kind }, inner),
  );
}

async function exportAll(app) {
  const sure = await app.ask("¿Sacar un archivo con lo que falta por enviar?", {
    yes: "Sí, sacarlo",
    detail: "Lleva nombres y teléfonos sin protección. Nada se borra de la tableta.",
  });
  if (!sure) return;
  const { blob, filename, records, photos } = await app.engine.exportQueue();
  const href = URL.createObjectURL(blob);
  const link = el("a", { href, download: filename });
  link.click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
  app.say(
    "good",
    `Archivo ${filename}: ${count(records, "registro", "registros")} y ${count(photos, "foto", "fotos")}.`,
  );
}
