// Enrolling: the office's code, scanned or typed, and a PIN chosen twice.
import { button, el, field, fill, notice, once } from "../dom.js";
import { codeOf, EngineError, refuseWeak } from "../engine/index.js";
import { keypad } from "../keypad.js";
import { canScan, scan } from "../scan.js";

/** @param {any} app @param {string} [given] the code in the address, when the QR opened this page */
export function enrolment(app, given) {
  const { enrolled, locked, counts } = app.engine.state();
  const box = el("div", { class: "stack" });
  let code = given ? codeOf(given) : null;
  let first = "";
  let stop = () => {};
  if (given !== undefined) history.replaceState(null, "", "#/alta"); // the code stays out of the address and of the history

  function askCode(trouble = "") {
    const input = el("input", {
      type: "text",
      class: "code-field",
      autocomplete: "off",
      autocapitalize: "characters",
      spellcheck: "false",
      placeholder: "ABCDE-12345",
      on: { keydown: (event) => event.key === "Enter" && once(take) },
    });
    const word = el("p", { class: "trouble", role: "alert" }, trouble);
    const take = () => {
      code = codeOf(input.value);
      if (!code) return void (word.textContent = "Ese código no está completo. Son diez letras y números.");
      askPin();
    };
    fill(
      box,
      enrolled &&
        locked &&
        notice("warning", "Si recuerda su PIN, entre primero: así lo guardado sigue abierto con él."),
      el("p", {}, "La oficina le da un código QR para esta tableta. Sirve una sola vez."),
      canScan() && button("Leer el código QR", askCamera, { icon: "qr-code-scan", kind: "main" }),
      field("O escriba el código", input),
      word,
      button("Seguir", take, { icon: "arrow-right", kind: canScan() ? "plain" : "main" }),
    );
  }

  async function askCamera() {
    const video = el("video", { class: "camera", muted: true, "aria-label": "Lo que ve la cámara" });
    fill(
      box,
      el("p", {}, "Ponga el código QR frente a la cámara."),
      video,
      button("Mejor escribir el código", () => (stop(), askCode()), { icon: "keyboard" }),
    );
    try {
      stop = await scan(video, (text) => {
        code = codeOf(text);
        if (code) askPin();
        return Boolean(code);
      });
    } catch {
      askCode("No se pudo usar la cámara. Escriba el código.");
    }
  }

  function askPin(trouble = "") {
    const pad = keypad({
      label: "PIN nuevo",
      done: "Seguir",
      onDone: (pin) => {
        try {
          refuseWeak(pin);
        } catch (error) {
          if (!(error instanceof EngineError)) throw error;
          return pad.complain(error.message);
        }
        first = pin;
        askAgain();
      },
    });
    fill(
      box,
      el("p", { class: "step-line" }, "Código ", el("b", {}, code)),
      el("h2", {}, "Escoja su PIN"),
      el("p", {}, "De 6 a 12 números que solo usted sepa. Con él se abre esta tableta."),
      pad.node,
      button("Cambiar el código", () => askCode(), { kind: "quiet", icon: "arrow-left" }),
    );
    pad.complain(trouble);
    pad.focus();
  }

  function askAgain() {
    const pad = keypad({
      label: "PIN otra vez",
      done: "Dar de alta",
      onDone: async (pin) => {
        if (pin !== first) return askPin("No fue el mismo PIN. Escójalo de nuevo.");
        await enrol(pin, pad);
      },
    });
    fill(
      box,
      el("h2", {}, "Escriba el mismo PIN otra vez"),
      pad.node,
      button("Escoger otro PIN", () => askPin(), { kind: "quiet", icon: "arrow-left" }),
    );
    pad.focus();
  }

  async function enrol(pin, pad) {
    try {
      const { user } = await app.engine.enrol({ code, pin });
      app.say("good", `Tableta dada de alta para ${user.name}.`);
      await app.go("hoy", { replace: true });
      void app.refresh({ aloud: true }); // not waited for: what is pressed meanwhile is meant
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      if (error.code === "enrolment_refused") return askCode(error.message);
      const text =
        error.code === "offline" || error.code === "slow"
          ? "Para el alta hace falta señal. Acérquese a la oficina o a una red y vuelva a tocar «Dar de alta»."
          : error.message;
      pad.complain(text);
    }
  }

  if (code) askPin();
  else askCode(given ? "El código del enlace no está completo. Escríbalo." : "");
  return {
    title: enrolled ? "Nuevo código de la oficina" : "Dar de alta esta tableta",
    lead: enrolled && counts?.waiting ? "Lo guardado no se borra: se enviará con el código nuevo." : undefined,
    back: enrolled ? (locked ? "candado" : "ajustes") : null,
    body: [box],
    leave: () => stop(),
  };
}
