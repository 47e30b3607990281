// Who may open this tablet: each with a PIN of their own, and their name on what they capture.
import { button, el, fill } from "../dom.js";
import { EngineError, refuseWeak } from "../engine/index.js";
import { keypad } from "../keypad.js";

/** @param {any} app */
export async function staff(app) {
  const { engine } = app;
  const { staff: present, who } = engine.state();
  const expected = ((await engine.pack())?.staff ?? []).filter(
    ({ username }) => !present.some((one) => one.username === username),
  );
  const box = el("div", { class: "stack" });

  function list() {
    fill(
      box,
      present.map((person) =>
        el(
          "div",
          { class: "person" },
          el("strong", {}, person.name, person.username === who?.username && el("small", {}, "La tiene abierta")),
          person.username === who?.username
            ? button("Cambiar mi PIN", () => askPin(person, (pin) => engine.changePin({ pin })), { icon: "key" })
            : el(
                "div",
                { class: "stack" },
                button("Darle otro PIN", () => askPin(person, (pin) => engine.addStaff({ ...person, pin }, { replace: true })), {
                  icon: "key",
                }),
                button("Quitar", () => remove(person), { icon: "person-dash" }),
              ),
        ),
      ),
      expected.length > 0 && el("h2", {}, "Dar PIN a alguien de la brigada"),
      expected.map((person) =>
        button(person.name, () => askPin(person, (pin) => engine.addStaff({ ...person, pin })), {
          icon: "person-plus",
        }),
      ),
      present.length === 1 &&
        !expected.length &&
        el("p", { class: "muted" }, "La oficina no espera a nadie más en esta tableta."),
    );
  }

  async function remove(person) {
    if (
      !(await app.ask(`¿Quitar a ${person.name} de esta tableta?`, {
        yes: "Sí, quitar",
        detail: "Lo que capturó no se borra.",
      }))
    )
      return;
    await engine.removeStaff(person.username);
    await app.redraw();
  }

  function askPin(person, save) {
    let first = "";
    const pad = keypad({
      label: `PIN nuevo de ${person.name}`,
      done: "Seguir",
      onDone: async (pin) => {
        try {
          refuseWeak(pin);
        } catch (error) {
          if (!(error instanceof EngineError)) throw error;
          return pad.complain(error.message);
        }
        if (!first) {
          first = pin;
          pad.clear();
          title.textContent = "Otra vez el mismo PIN";
          return;
        }
        if (pin !== first) {
          first = "";
          pad.clear();
          title.textContent = `${person.name}: escoja su PIN`;
          return pad.complain("No fue el mismo PIN. Escójalo de nuevo.");
        }
        await save(pin);
        await app.redraw();
        app.say("good", `${person.name} ya puede abrir la tableta.`); // what is pressed from now on is meant
      },
    });
    const title = el("h2", {}, `${person.name}: escoja su PIN`);
    fill(box, title, pad.node, button("No, volver", list, { kind: "quiet", icon: "arrow-left" }));
    pad.focus();
  }

  list();
  return { title: "Personas y PIN", back: "ajustes", body: [box] };
}
