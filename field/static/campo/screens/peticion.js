// A petition in four short steps: what, details, where, who.
import { button, el } from "../dom.js";
import { dropForm, flushForms, keepForm, openForm, startForm, touchForm } from "../forms.js";
import { countChoice } from "../often.js";
import { follow, here } from "../position.js";
import { category } from "./peticion/categoria.js";
import { details } from "./peticion/detalle.js";
import { place } from "./peticion/lugar.js";
import { person } from "./peticion/persona.js";

const STEPS = [category, details, place, person];
const NAMES = ["Qué pide", "Detalles", "Dónde", "Quién"];

/**
 * What each step is given, besides the app: `form.data` and `form.photos` to fill in, `touch()` after each change, `next()`.
 * @param {any} app @param {string} key @param {string} [stepText]
 */
export async function petition(app, key, stepText = "1") {
  const { engine } = app;
  const step = Math.min(STEPS.length, Math.max(1, Number(stepText) || 1));
  const pack = await engine.pack();
  const form = await openForm(engine, key);
  if (!form)
    return {
      title: "Esta petición ya se guardó",
      back: "hoy",
      body: [el("p", {}, "Está en «¿Se envió?» con su folio.")],
    };
  if (!pack)
    return {
      title: "Falta el catálogo",
      back: "hoy",
      body: [el("p", {}, "Entre con su PIN donde haya señal, para traerlo.")],
    };
  form.data.begun_at ??= new Date().toISOString();
  form.data.step = step;
  if (step > 1) touchForm(key);
  const chosen = pack.catalogue.categories.find(({ code }) => code === form.data.category);
  if (step > 1 && !chosen) return petition(app, key, "1");
  // The receiver works from the first step on, so that the third finds a good fix.
  const unfollow = follow(() => {});
  const context = {
    app,
    pack,
    form,
    chosen,
    touch: () => touchForm(key),
    redraw: () => app.redraw(),
    async next() {
      await flushForms();
      if (step < STEPS.length) return app.go(`peticion/${key}/${step + 1}`);
      return save(app, pack, key, form);
    },
  };
  const view = await STEPS[step - 1](context);
  return {
    ...view,
    back:
      step > 1
        ? `peticion/${key}/${step - 1}`
        : form.data.door
          ? `puerta/${form.data.visit}`
          : engine.state().locked
            ? "candado"
            : "hoy",
    body: [progress(step), ...view.body],
    foot: view.foot ?? [
      button(step < STEPS.length ? "Seguir" : "Guardar y dar folio", () => view.done(), {
        kind: "main",
        icon: step < STEPS.length ? "arrow-right" : "check-lg",
      }),
    ],
    leave() {
      unfollow();
      view.leave?.();
    },
  };
}

const progress = (step) =>
  el(
    "ol",
    { class: "steps", "aria-label": `Paso ${step} de ${STEPS.length}` },
    NAMES.map((name, place) =>
      el("li", { "aria-current": place + 1 === step ? "step" : null, class: place + 1 < step ? "past" : "" }, name),
    ),
  );

/** What the engine is to save, out of the form. @param {any} pack @param {any} form */
export function recordOf(pack, { data, photos }) {
  const fix = here();
  const gps = data.method === "gps";
  const located = gps
    ? { location: data.location ?? fix.location, accuracy_m: data.accuracy_m ?? fix.accuracy_m }
    : data.method === "map"
      ? { location: data.location, accuracy_m: null }
      : { location: null, accuracy_m: null };
  const given = data.person ?? {};
  const named = data.anonymous === false;
  return {
    visit: data.visit ?? undefined,
    category: data.category,
    description: (data.description ?? "").trim(),
    on_behalf_of: (data.group ?? "").trim() || undefined,
    answers: data.answers ?? {},
    ...located,
    location_method: located.location ? data.method : "address",
    address: (data.address ?? "").trim(),
    reference: (data.reference ?? "").trim(),
    petitioner: named
      ? {
          name: (given.name ?? "").trim(),
          phone: (given.phone ?? "").trim(),
          email: (given.email ?? "").trim(),
          consent: Boolean(given.consent),
          notice: pack.notice?.version ?? "",
        }
      : null,
    echo_of: data.echo_of ?? undefined,
    photos,
  };
}

async function save(app, pack, key, form) {
  const { engine } = app;
  const { door, visit } = form.data;
  await keepForm(key); // should the saving fail, the form is still there
  const saved = await engine.savePetition({ ...recordOf(pack, form), draft: key });
  if (door) {
    const open = (await openForm(engine, door)) ?? startForm(engine, door, { visit, petitions: [], note: "" });
    open.data.petitions.push(saved);
    await keepForm(door);
  }
  countChoice(form.data.category);
  await dropForm(engine, key, { kept: false });
  return app.go(`folio/${saved.id}/${saved.folio ?? "sin-folio"}/${door ? visit : ""}`, { replace: true });
}
