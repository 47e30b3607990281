// Today: where to go, and what was left half done.
import { button, el, notice } from "../dom.js";
import { beginPetition, dropForm, openForm } from "../forms.js";
import { count, dayOf, stampOf, today as todayOf } from "../words.js";

/** @param {any} app */
export async function today(app) {
  const { engine } = app;
  const [pack, rows, drafts] = await Promise.all([engine.pack(), engine.queue(), engine.drafts.list()]);
  const { who, link, room } = engine.state();
  const day = todayOf();
  const visits = pack?.visits ?? [];
  const now = visits.filter((visit) => visit.date <= day);
  const coming = visits.filter((visit) => visit.date > day);
  const promised = new Map(
    await Promise.all(visits.map(async (visit) => [visit.id, await promisesLeft(engine, visit)])),
  );
  const halves = await Promise.all(drafts.map((key) => half(app, pack, key)));
  return {
    title: "Hoy",
    lead: `${dayOf(day)}${who ? ` · ${who.name}` : ""}`,
    tabs: true,
    body: [
      link.state === "refused" && refused(app),
      room.low &&
        notice(
          "warning",
          "Queda poco espacio en la tableta. Envíe lo pendiente y borre fotos o videos de otras aplicaciones.",
        ),
      halves,
      !pack && nothingYet(app),
      pack && stale(app),
      now.map((visit) => visitCard(visit, doorsOf(rows, visit), promised.get(visit.id))),
      pack && !now.length && el("p", { class: "empty" }, "Hoy no hay visitas para su brigada."),
      coming.length > 0 && el("h2", {}, "Próximas"),
      coming.map((visit) => visitCard(visit, doorsOf(rows, visit), promised.get(visit.id), true)),
    ],
    foot: pack && [
      button(
        "Petición fuera de visita",
        () => beginPetition(app, { visit: null }),
        { icon: "pencil-square", kind: now.length ? "plain" : "main" },
      ),
    ],
  };
}

const doorsOf = (rows, visit) => rows.filter((row) => row.kind === "encounter" && row.visit === visit.id && !row.undone);

/** How many doors of a visit still wait for the return that was promised. */
async function promisesLeft(engine, { id, follow_ups }) {
  if (!follow_ups.length) return 0;
  const answered = new Set((await engine.doors(id)).map(({ follows }) => follows));
  return follow_ups.filter(({ encounter }) => !answered.has(encounter)).length;
}

function visitCard(visit, doors, promised, later = false) {
  const petitions = doors.filter((row) => row.outcome === "petition").length;
  return el(
    "a",
    { class: `visit${later ? " visit-later" : ""}`, href: `#/visita/${visit.id}` },
    el("span", { class: "visit-what" }, visit.programme),
    el("strong", {}, visit.place_name),
    el("span", { class: "visit-when" }, [later ? dayOf(visit.date) : null, visit.crew].filter(Boolean).join(" · ")),
    el(
      "span",
      { class: "visit-figures" },
      el("span", {}, el("b", {}, doors.length), doors.length === 1 ? " puerta" : " puertas"),
      el("span", {}, el("b", {}, petitions), " con petición"),
      promised > 0 && el("span", {}, el("b", {}, promised), " por volver"),
    ),
    !later && el("span", { class: "visit-go" }, doors.length ? "Seguir" : "Empezar"),
  );
}

async function half(app, pack, key) {
  const form = await openForm(app.engine, key);
  if (!form) return null;
  if (key.startsWith("puerta-")) {
    const { visit, petitions } = form.data;
    if (!petitions?.length) return null;
    const place = pack?.visits.find(({ id }) => id === visit)?.place_name ?? "";
    return notice(
      "warning",
      el(
        "p",
        {},
        el("b", {}, "Quedó una puerta sin terminar"),
        place && ` en ${place}`,
        `, con ${count(petitions.length, "petición", "peticiones")}.`,
      ),
      button("Terminarla", () => app.go(`puerta/${visit}`), { kind: "main", icon: "door-open" }),
    );
  }
  const category = pack?.catalogue.categories.find(({ code }) => code === form.data.category)?.name;
  return notice(
    "warning",
    el(
      "p",
      {},
      el("b", {}, "Quedó una petición a medias"),
      category && `: ${category}`,
      form.data.begun_at && ` (${stampOf(form.data.begun_at)})`,
    ),
    el(
      "div",
      { class: "pair" },
      button("Seguir con ella", () => app.go(`peticion/${key}/${form.data.step ?? 1}`), {
        kind: "main",
        icon: "pencil-square",
      }),
      button(
        "Descartar",
        async () => {
          const sure = await app.ask("¿Descartar esta petición a medias?", {
            yes: "Sí, descartarla",
            detail: "No se ha guardado como petición ni tiene folio.",
            danger: true,
          });
          if (!sure) return;
          await dropForm(app.engine, key);
          await app.redraw();
        },
        { icon: "trash3" },
      ),
    ),
  );
}

const refused = (app) =>
  notice(
    "bad",
    el(
      "p",
      {},
      el("b", {}, "La oficina dio de baja esta tableta."),
      " Nada de lo guardado se pierde. Pida un código nuevo para enviarlo.",
    ),
    button("Tengo un código nuevo", () => app.go("alta"), { icon: "qr-code" }),
  );

const nothingYet = (app) =>
  el(
    "div",
    { class: "empty" },
    el("p", {}, "Todavía no se han traído las visitas ni el catálogo. Hace falta señal una vez."),
    refresh(app, "Traerlas ahora"),
  );

function stale(app) {
  const { pack } = app.engine.state();
  if (!pack.expired) return null;
  return notice(
    "info",
    el("p", {}, `Las visitas son del ${stampOf(pack.fetched_at)}. Si hay señal, actualícelas.`),
    refresh(app, "Actualizar"),
  );
}

const refresh = (app, label) =>
  button(
    label,
    async () => {
      await app.engine.refreshPack();
      await app.redraw();
    },
    { icon: "arrow-repeat" },
  );
