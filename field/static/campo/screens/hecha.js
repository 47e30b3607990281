// A door done today, to be looked at and put right: another outcome, or none at all.
import { button, el, icon, notice } from "../dom.js";
import { beginPetition, doorKey, openForm, startForm } from "../forms.js";
import { count, OUTCOMES, outcomeOf, STATES, stampOf, today } from "../words.js";

/** @param {any} app @param {string} visit @param {string} id the encounter */
export async function doneDoor(app, visit, id) {
  const { engine } = app;
  const back = `visita/${visit}`;
  const door = (await engine.doors(visit)).find((one) => one.id === id);
  if (!door)
    return { title: "Esa puerta ya no está", back, body: [el("p", {}, "Se deshizo, o hace días que está en la oficina.")] };
  const own = new Set(door.petitions);
  const folios = (await engine.queue()).filter((row) => own.has(row.id));
  const { label: fate, icon: fateSign } = STATES[door.state];
  const isToday = today(new Date(door.at)) === today();
  return {
    title: outcomeOf(door.outcome).label,
    lead: stampOf(door.at),
    back,
    body: [
      el("p", { class: `state state-${door.state}` }, icon(fateSign), fate),
      door.note && el("section", { class: "said" }, el("h2", {}, "Nota"), el("p", {}, door.note)),
      folios.length > 0 && theirs(folios),
      isToday
        ? [
            el("h2", {}, "¿Fue otra cosa lo que pasó?"),
            el(
              "div",
              { class: "stack" },
              OUTCOMES.filter(({ value }) => value !== door.outcome).map((outcome) =>
                button(outcome.label, () => change(app, visit, door, outcome.value), { icon: outcome.icon }),
              ),
            ),
            own.size === 0 && button("Deshacer esta puerta", () => undo(app, visit, door), { icon: "trash3", kind: "quiet" }),
          ]
        : notice("info", "Solo se corrigen las puertas del día. Si algo está mal, avise a la oficina."),
    ],
  };
}

/** A folio that somebody holds is never undone from here. */
const theirs = (rows) =>
  el(
    "section",
    { class: "stack" },
    el("h2", {}, count(rows.length, "petición", "peticiones")),
    rows.map(({ id, folio }) =>
      el("a", { class: "way", href: `#/folio/${id}` }, icon("chat-square-text-fill"), el("strong", {}, folio ?? "Sin folio"), icon("chevron-right")),
    ),
    notice("info", "Las peticiones ya tienen folio y no se deshacen desde la tableta. Si una está mal, avise a la oficina con su folio."),
  );

async function change(app, visit, door, outcome) {
  const { location, accuracy_m, note, follows, petitions } = door;
  if (outcome === "petition" && !petitions.length) return toPetition(app, visit, door);
  await app.engine.saveDoor({ visit, outcome, location, accuracy_m, note, follows, petitions, replaces: door.id });
  await app.go(`visita/${visit}`);
  app.say("good", `Puerta corregida: ${outcomeOf(outcome).label.toLowerCase()}.`);
}

/** There was a petition after all: the door is open again, and asks for it. */
async function toPetition(app, visit, { id, location, accuracy_m, note, follows }) {
  const open = await openForm(app.engine, doorKey(visit));
  if (open?.data.petitions?.length) {
    app.say("warning", "Termine primero la puerta que dejó abierta.");
    return app.go(`puerta/${visit}`);
  }
  await app.engine.undoDoor(id);
  startForm(app.engine, doorKey(visit), { visit, petitions: [], note, follows, spot: { location, accuracy_m } });
  return beginPetition(app, { visit, door: doorKey(visit) });
}

async function undo(app, visit, door) {
  const sure = await app.ask("¿Deshacer esta puerta?", {
    yes: "Sí, deshacerla",
    detail: "Deja de contarse. La oficina guarda que se deshizo, quién y a qué hora.",
    danger: true,
  });
  if (!sure) return;
  await app.engine.undoDoor(door.id);
  await app.go(`visita/${visit}`);
  app.say("good", "Puerta deshecha.");
}
