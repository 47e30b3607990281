// Settings: the screen's light, room, clock, version, who has a PIN; and leaving without losing anything.
import { button, choice, el, fill, notice } from "../dom.js";
import { way } from "../frame.js";
import { idleMinutes, MINUTES, setIdleMinutes } from "../idle.js";
import { keypad } from "../keypad.js";
import { currentLight, LIGHTS, setLight } from "../light.js";
import { count, sizeOf, stampOf } from "../words.js";
import { streetsPanel } from "./ajustes/calles.js";

/** @param {any} app */
export function settings(app) {
  const { engine } = app;
  const facts = el("dl", { class: "facts" });
  const update = el("div", {});
  const room = el("div", {});
  const old = el("div", {});
  const streets = streetsPanel(app);
  return {
    title: "Ajustes",
    tabs: true,
    body: [
      update,
      room,
      choice("Luz de la pantalla", LIGHTS, currentLight(), (value) => {
        setLight(value);
        void app.redraw();
      }),
      choice(
        "Bloquear sola si nadie la toca",
        MINUTES.map((value) => ({ value, label: `${value} min` })),
        idleMinutes(),
        setIdleMinutes,
      ),
      el(
        "div",
        { class: "ways" },
        way("personal", "people-fill", "Personas y PIN", "Quién puede abrir esta tableta"),
        way("envios", "send-check-fill", "¿Se envió?", "Lo que espera y lo que ya está en la oficina"),
      ),
      button(
        "Actualizar visitas y catálogo",
        async () => {
          const result = await engine.refreshPack();
          app.say("good", result === "changed" ? "Visitas y catálogo al día." : "Ya estaban al día.");
        },
        { icon: "arrow-repeat" },
      ),
      streets.node,
      el("h2", {}, "Esta tableta"),
      facts,
      old,
      button("Dejar de usar esta tableta", () => leave(app), { kind: "quiet", icon: "box-arrow-right" }),
    ],
    onState(state) {
      streets.tell(state);
      fill(
        update,
        state.update.ready &&
          notice(
            "info",
            el("p", {}, "Hay una versión nueva de la aplicación."),
            button(
              "Actualizar",
              async () => {
                if (!(await engine.applyUpdate()))
                  app.say("warning", "Cierre las otras ventanas de Aldaba y vuelva a tocar «Actualizar».");
              },
              { kind: "main", icon: "arrow-repeat" },
            ),
          ),
      );
      fill(
        room,
        state.room.low &&
          notice(
            "bad",
            `Quedan ${sizeOf(state.room.free)}. Envíe lo pendiente y borre fotos o videos de otras aplicaciones.`,
          ),
        !state.room.persisted &&
          notice(
            "warning",
            el(
              "p",
              {},
              "El navegador podría borrar lo guardado si falta espacio. Instale la aplicación en la pantalla de inicio, o toque el botón.",
            ),
            button(
              "Proteger lo guardado",
              async () => {
                const safe = await engine.persist();
                await app.redraw();
                app.say(
                  safe ? "good" : "warning",
                  safe
                    ? "Lo guardado está protegido."
                    : "El navegador no lo concedió todavía. Instale la aplicación y vuelva a intentarlo.",
                );
              },
              { icon: "shield-check" },
            ),
          ),
      );
      fill(
        facts,
        factsOf(state).map(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]),
      );
      fill(old, state.counts.waiting > 0 && earlierPin(app));
    },
  };
}

function factsOf({ device, who, room, clock, pack, counts, update }) {
  return [
    ["Tableta", device?.name ?? "—"],
    ["Serie de folios", device?.series ?? "—"],
    ["Quién la tiene abierta", who?.name ?? "—"],
    ["Espacio libre", sizeOf(room.free)],
    ["Lo guardado", room.persisted ? "Protegido: el navegador no lo borra" : "Sin proteger"],
    ["Reloj", clockWord(clock)],
    ["Zona horaria", clock.zone ?? "—"],
    ["Visitas y catálogo", pack.fetched_at ? `del ${stampOf(pack.fetched_at)}` : "sin traer"],
    [
      "Por enviar",
      `${count(counts.waiting + counts.sending, "registro", "registros")} y ${count(counts.photos_waiting, "foto", "fotos")}`,
    ],
    ["Aplicación", update.version ? `versión ${update.version}` : "al día"],
  ];
}

function clockWord({ offset_ms, skewed }) {
  if (offset_ms === null || offset_ms === undefined) return "sin comparar todavía";
  const seconds = Math.round(Math.abs(offset_ms) / 1000);
  if (!skewed) return seconds < 2 ? "igual que la oficina" : `a ${seconds} s de la oficina`;
  const far =
    seconds < 120
      ? `${seconds} s`
      : seconds < 7200
        ? `${Math.round(seconds / 60)} min`
        : `${Math.round(seconds / 3600)} h`;
  return `${offset_ms > 0 ? "atrasado" : "adelantado"} ${far}: póngalo en hora automática`;
}

/** What was kept under a PIN that was forgotten since. */
function earlierPin(app) {
  const pad = keypad({
    label: "PIN anterior",
    done: "Abrir lo guardado",
    onDone: async (pin) => {
      try {
        await app.engine.recover({ pin });
        app.say("good", "Lo guardado con ese PIN ya se puede enviar.");
      } catch (error) {
        pad.clear();
        throw error;
      }
    },
  });
  return el(
    "details",
    { class: "fold" },
    el("summary", {}, "Abrir lo guardado con un PIN anterior"),
    el("p", {}, "Solo si se dio de alta otra vez sin recordar el PIN."),
    pad.node,
  );
}

async function leave(app) {
  const { counts } = app.engine.state();
  const left = counts.waiting + counts.sending;
  if (left || counts.photos_waiting) {
    const sure = await app.ask("Todavía hay cosas por enviar", {
      yes: "Ver qué falta",
      no: "Volver",
      detail: `Faltan ${count(left, "registro", "registros")} y ${count(counts.photos_waiting, "foto", "fotos")}. Siguen guardados aquí: envíelos antes de entregar la tableta.`,
    });
    return sure ? app.go("envios") : undefined;
  }
  const sure = await app.ask("¿Cerrar la tableta?", {
    yes: "Sí, cerrarla",
    detail:
      "Todo está en la oficina. La tableta queda bloqueada; nada se borra. Para que otra persona la use, la oficina la da de baja y entrega un código nuevo.",
  });
  if (sure) await app.lock();
}
