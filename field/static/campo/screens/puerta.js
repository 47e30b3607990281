// One door: what happened there, in one tap.
import { button, el, field, fill, icon, notice, once } from "../dom.js";
import { beginPetition, doorKey, dropForm, keepForm, openForm, startForm, touchForm } from "../forms.js";
import { FIX_ICONS, follow, here, restart, saidOf } from "../position.js";
import { count, OUTCOMES, outcomeOf } from "../words.js";

/** @param {any} app @param {string} id the visit, or «sin-visita» while locked @param {string} [follows] the encounter that it goes back to */
export async function door(app, id, follows) {
  const { engine } = app;
  const pack = await engine.pack();
  if (id === "sin-visita") return chooseVisit(app, pack);
  const visit = pack?.visits.find((each) => each.id === id);
  const key = doorKey(id);
  const form = (await openForm(engine, key)) ?? startForm(engine, key, { visit: id, petitions: [], note: "" });
  if (follows) form.data.follows = follows;
  const promise = visit?.follow_ups.find(({ encounter }) => encounter === form.data.follows);
  const rows = await engine.queue();
  const number = rows.filter((row) => row.kind === "encounter" && row.visit === id && !row.undone).length + 1;
  const place = el("p", { class: "fix", role: "status" });
  let unfollow = () => {};

  const save = (outcome) => finishDoor(app, id, outcome);
  const toPetition = () => beginPetition(app, { visit: id, door: key });
  const note = el("textarea", {
    rows: "2",
    maxlength: "2000",
    on: { input: () => ((form.data.note = note.value), touchForm(key)) },
  });
  note.value = form.data.note ?? "";
  const given = form.data.petitions;

  return {
    title: `Puerta ${number}`,
    lead: visit?.place_name ?? "",
    back: engine.state().locked ? "candado" : `visita/${id}`,
    body: [
      place,
      promise && notice("info", el("p", {}, el("b", {}, "Se quedó de volver: "), promise.note || "sin nota")),
      given.length
        ? half(app, form.data, toPetition, save)
        : el(
            "div",
            { class: "outcomes", role: "group", "aria-label": "¿Qué pasó en esta puerta?" },
            OUTCOMES.map(({ value, label, icon: sign }) =>
              el(
                "button",
                {
                  type: "button",
                  class: `outcome outcome-${value}`,
                  on: { click: () => once(() => (value === "petition" ? toPetition() : save(value))) },
                },
                icon(sign),
                el("span", {}, label),
              ),
            ),
          ),
      el(
        "details",
        { class: "fold", open: Boolean(form.data.note) },
        el("summary", {}, "Agregar una nota"),
        field("Nota de esta puerta", note, { help: "Por ejemplo: «perro bravo», «regresa a las seis»." }),
      ),
    ],
    ready: () => {
      unfollow = follow((fix) => {
        const { tone, text } = saidOf(fix);
        place.className = `fix fix-${tone}`;
        fill(place, icon(FIX_ICONS[tone]), text);
      });
    },
    leave: () => unfollow(),
  };
}

/** Petitions were taken at this door: another, or the next door. */
function half(app, { petitions }, toPetition, save) {
  return el(
    "div",
    { class: "stack" },
    notice(
      "good",
      el("p", {}, `Esta puerta ya tiene ${count(petitions.length, "petición guardada", "peticiones guardadas")}.`),
      el(
        "p",
        {},
        petitions
          .map(({ folio }) => folio)
          .filter(Boolean)
          .join(", "),
      ),
    ),
    button("Terminar esta puerta", () => save("petition"), { kind: "main", icon: "check-lg" }),
    button("Otra petición en esta puerta", toPetition, { icon: "plus-lg" }),
    el(
      "details",
      { class: "fold" },
      el("summary", {}, "Terminarla de otro modo"),
      OUTCOMES.filter(({ value }) => value !== "petition").map(({ value, label, icon: sign }) =>
        button(label, () => save(value), { icon: sign }),
      ),
    ),
  );
}

/** Saves the door as it stands, and goes on to the next. @param {any} app @param {string} id @param {string} outcome */
export async function finishDoor(app, id, outcome) {
  const { engine } = app;
  const key = doorKey(id);
  const form = await openForm(engine, key);
  const data = form?.data ?? {};
  const { petitions = [], note = "", follows } = data;
  const { location, accuracy_m } = data.spot ?? here();
  const saved = await engine.saveDoor({
    visit: id,
    outcome,
    location,
    accuracy_m,
    note: note.trim(),
    follows,
    petitions: petitions.map((petition) => petition.id),
    draft: key,
  });
  await dropForm(engine, key, { kept: false });
  restart();
  await app.go(`puerta/${id}`, { replace: true });
  app.say("good", `Puerta guardada: ${outcomeOf(outcome).label.toLowerCase()}.`, {
    label: "Deshacer",
    act: () => takeBack(app, id, saved.id, { ...data, spot: { location, accuracy_m } }),
  });
}

/** The door as it was before the tap, to be finished again. @param {any} app @param {string} visit @param {string} door */
async function takeBack(app, visit, door, data) {
  const next = await openForm(app.engine, doorKey(visit));
  if (next?.data.petitions?.length || next?.data.note?.trim()) {
    // The next door was begun: both cannot be on one screen.
    app.say("info", "Ya empezó otra puerta: corrija aquí la anterior.");
    return app.go(app.engine.state().locked ? `puerta/${visit}` : `hecha/${visit}/${door}`);
  }
  await app.engine.undoDoor(door);
  startForm(app.engine, doorKey(visit), data);
  await keepForm(doorKey(visit));
  const kept = data.petitions?.length ? " Sus peticiones siguen guardadas con su folio." : "";
  await app.go(`puerta/${visit}`, { replace: true });
  app.say("good", `Puerta deshecha.${kept} Toque lo que pasó.`);
}

/** Locked: which of today's visits, or none. */
function chooseVisit(app, pack) {
  return {
    title: "¿Dónde está capturando?",
    lead: "Se guarda ya. Para verlo y enviarlo hará falta el PIN.",
    back: "candado",
    body: [
      !pack && notice("warning", "Esta tableta todavía no tiene el catálogo. Entre con su PIN donde haya señal."),
      (pack?.visits ?? []).map((visit) =>
        button(visit.place_name, () => app.go(`puerta/${visit.id}`), { icon: "signpost-2" }),
      ),
    ],
    foot: pack && [
      button(
        "Petición fuera de visita",
        () => beginPetition(app, { visit: null }),
        { icon: "pencil-square" },
      ),
    ],
  };
}
