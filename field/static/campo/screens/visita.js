// One visit: its colonia on the map, the doors done, those to go back to.
import { button, el, icon } from "../dom.js";
import { makeMap } from "../map.js";
import { follow, restart } from "../position.js";
import { dayOf, OUTCOMES, outcomeOf, stampOf, timeOf } from "../words.js";

/** @param {any} app @param {string} id */
export async function visit(app, id) {
  const { engine } = app;
  const pack = await engine.pack();
  const one = pack?.visits.find((each) => each.id === id);
  if (!one)
    return { title: "Esa visita ya no está", back: "hoy", body: [el("p", {}, "La oficina la cambió o ya pasó.")] };
  const doors = engine.state().locked ? [] : await engine.doors(id);
  const answered = new Set(doors.map(({ follows }) => follows));
  const promises = one.follow_ups.filter(({ encounter }) => !answered.has(encounter));
  const box = el("div", { class: "map", "aria-label": `Mapa de ${one.place_name}` });
  let map = null;
  let unfollow = () => {};
  const petitions = doors.reduce((sum, { petitions: own }) => sum + own.length, 0);
  return {
    title: one.place_name,
    lead: `${one.programme} · ${dayOf(one.date)}`,
    back: "hoy",
    body: [
      box,
      el(
        "ul",
        { class: "figures" },
        figure(doors.length, doors.length === 1 ? "puerta" : "puertas"),
        figure(petitions, petitions === 1 ? "petición" : "peticiones"),
        figure(promises.length, "por volver"),
      ),
      doors.length > 0 &&
        el(
          "ul",
          { class: "tally" },
          OUTCOMES.map(({ value, label, icon: sign }) => {
            const number = doors.filter(({ outcome }) => outcome === value).length;
            return number > 0 && el("li", {}, icon(sign), `${label}: `, el("b", {}, number));
          }),
        ),
      promises.length > 0 && el("h2", {}, "Volver a estas puertas"),
      promises
        .map((promise) =>
          button(promise.note || "Quedamos de volver", () => begin(promise.encounter), {
            icon: "arrow-counterclockwise",
          }),
        )
        .map((press, place) => (press.append(el("small", {}, stampOf(promises[place].at))), press)),
      doors.length > 0 && el("h2", {}, "Puertas hechas"),
      el(
        "ol",
        { class: "done", reversed: true },
        [...doors]
          .reverse()
          .slice(0, 60)
          .map(({ id: door, outcome, at, note }) => {
            const { label, icon: sign } = outcomeOf(outcome);
            return el(
              "li",
              {},
              el(
                "a",
                { class: "done-door", href: `#/hecha/${id}/${door}` },
                icon(sign),
                el("span", {}, label, note && el("small", {}, note)),
                el("time", {}, timeOf(at)),
                icon("chevron-right"),
              ),
            );
          }),
      ),
    ],
    foot: [
      button(doors.length ? "Siguiente puerta" : "Empezar: primera puerta", () => begin(), {
        kind: "main",
        icon: "door-open",
      }),
    ],
    ready() {
      map = makeMap(box, {
        places: pack.places,
        focus: one.place,
        centre: pack.municipality?.centre,
        streets: engine.streets,
      });
      map.setSigns([
        ...doors.map(({ location, outcome }) => ({ location, icon: outcomeOf(outcome).icon, kind: outcome })),
        ...promises.map(({ location }) => ({ location, icon: "arrow-counterclockwise", kind: "promise" })),
      ]);
      unfollow = follow((fix) => map.setPosition(fix));
    },
    leave() {
      unfollow();
      map?.remove();
    },
  };

  function begin(encounter) {
    restart();
    return app.go(encounter ? `puerta/${id}/${encounter}` : `puerta/${id}`);
  }
}

const figure = (number, label) => el("li", {}, el("b", {}, number), el("span", {}, label));
