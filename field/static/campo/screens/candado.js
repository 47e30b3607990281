// Locked: who is it, and the PIN. One may capture without it; what was kept cannot be read.
import { button, el, fill, notice } from "../dom.js";
import { EngineError } from "../engine/index.js";
import { keypad } from "../keypad.js";
import { count, timeOf } from "../words.js";

/** @param {any} app */
export function locked(app) {
  const { staff, counts, link } = app.engine.state();
  const box = el("div", { class: "stack" });
  const unsent = (counts?.waiting ?? 0) + (counts?.photos_waiting ?? 0);

  function askWho() {
    fill(
      box,
      el("h2", {}, "¿Quién es usted?"),
      staff.map((person) => button(person.name, () => askPin(person), { icon: "person-circle" })),
    );
  }

  function askPin(person) {
    const pad = keypad({
      label: `PIN de ${person.name}`,
      done: "Entrar",
      onDone: async (pin) => {
        try {
          await app.engine.unlock({ pin, username: person.username });
        } catch (error) {
          if (!(error instanceof EngineError)) throw error;
          pad.clear();
          return pad.complain(complaint(error));
        }
        await app.go("hoy", { replace: true });
        void app.refresh();
      },
    });
    fill(
      box,
      el("h2", {}, person.name),
      pad.node,
      staff.length > 1 && button("Es otra persona", askWho, { kind: "quiet", icon: "people" }),
    );
    pad.focus();
  }

  if (staff.length === 1) askPin(staff[0]);
  else askWho();
  return {
    title: "Tableta bloqueada",
    plain: staff.length > 0,
    body: [
      link.state === "refused" &&
        notice(
          "warning",
          "La oficina dio de baja esta tableta. Lo guardado sigue aquí. Entre con su PIN y pida un código nuevo.",
        ),
      box,
      el(
        "details",
        { class: "fold" },
        el("summary", {}, "Olvidé mi PIN"),
        staff.length > 1 &&
          el(
            "p",
            {},
            el("b", {}, "Lo mejor: "),
            "que otra persona de esta tableta entre con su PIN y le dé otro en Ajustes, Personas y PIN. Así todo lo guardado se envía.",
          ),
        el(
          "p",
          {},
          staff.length > 1 ? "Si no hay nadie: pida" : "Pida",
          " a la oficina un código nuevo para esta tableta. Lo que ya guardó no se borra, pero solo se envía si recuerda el PIN de antes.",
        ),
        button("Tengo un código nuevo", () => app.go("alta"), { icon: "qr-code" }),
      ),
      unsent > 0 &&
        el(
          "p",
          { class: "muted centre" },
          `${count(unsent, "cosa guardada espera", "cosas guardadas esperan")} el PIN para enviarse.`,
        ),
    ],
    foot: [
      button(
        "Capturar sin abrir",
        () => {
          app.captureLocked();
          return app.go("puerta/sin-visita");
        },
        { icon: "pencil-square" },
      ),
    ],
  };
}

/** @param {any} error */
function complaint(error) {
  if (error.code === "wait" || error.until)
    return `Demasiados intentos. Espere hasta las ${timeOf(error.until)} y pruebe de nuevo.`;
  if (error.code !== "wrong_pin") return error.message;
  const left = error.tries_left;
  if (!(left > 0 && left < 4)) return error.message;
  const remain = left === 1 ? "Queda" : "Quedan";
  return `${error.message} ${remain} ${count(left, "intento", "intentos")} antes de esperar.`;
}
