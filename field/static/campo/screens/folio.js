// The folio, on the spot: large, as a QR, and as a message for the person's own phone.
import { button, el, fill, icon, notice } from "../dom.js";
import { beginPetition, doorKey } from "../forms.js";
import { qrOf } from "../qr.js";
import { stampOf, STATES } from "../words.js";
import { finishDoor } from "./puerta.js";

/** @param {any} app @param {string} id @param {string} [number] @param {string} [visit] the visit, while its door is open */
export async function folio(app, id, number, visit) {
  const { engine } = app;
  const row = (await engine.queue()).find((one) => one.id === id);
  const text = row?.folio ?? (number === "sin-folio" ? null : number);
  const fate = el("div", { role: "status" });
  const body = text
    ? given(engine.formatFolio(text))
    : [notice("info", "Esta tableta usó todos sus folios del año. La oficina dará el folio al recibirla.")];
  const record = row && !engine.state().locked && !visit ? await engine.read(id).catch(() => null) : null;
  return {
    title: number ? "Guardada. Dé este folio" : "Folio",
    back: visit ? `puerta/${visit}` : engine.state().locked ? "candado" : row && !number ? "envios" : "hoy",
    body: [
      ...body,
      fate,
      record?.description &&
        el("section", { class: "said" }, el("h2", {}, "Lo que se pidió"), el("p", {}, record.description)),
    ],
    foot: visit
      ? [
          button(
            "Otra petición aquí",
            () => beginPetition(app, { visit, door: doorKey(visit) }),
            { icon: "plus-lg" },
          ),
          button("Terminar la puerta", () => finishDoor(app, visit, "petition"), { kind: "main", icon: "check-lg" }),
        ]
      : [
          button(
            engine.state().locked ? "Listo" : "Volver a Hoy",
            () => app.go(engine.state().locked ? "candado" : "hoy"),
            { kind: "main", icon: "check-lg" },
          ),
        ],
    async onState() {
      const now = (await engine.queue()).find((one) => one.id === id);
      if (!now) return;
      const { label, icon: sign } = STATES[now.state];
      fill(
        fate,
        el("p", { class: `state state-${now.state}` }, icon(sign), `${label} · ${stampOf(now.saved_at)}`),
        now.state !== "in_office" &&
          now.errors.length > 0 &&
          el(
            "ul",
            { class: "why" },
            now.errors.map(({ detail }) => el("li", {}, detail)),
          ),
      );
    },
  };
}

function given(text) {
  const address = new URL(`/publico/folio/?folio=${encodeURIComponent(text)}`, location.origin).href;
  const message = `Su petición al Ayuntamiento quedó registrada con el folio ${text}. Vea cómo va en ${address}`;
  const link = (label, href, name) =>
    el(
      "a",
      { class: "press press-plain", href, target: "_blank", rel: "noopener noreferrer" },
      icon(name),
      el("span", {}, label),
    );
  return [
    el("p", { class: "folio-number" }, text),
    el(
      "figure",
      { class: "qr" },
      qrOf(address, `Código QR del folio ${text}`),
      el("figcaption", {}, "Con la cámara de su teléfono puede ver cómo va."),
    ),
    el(
      "div",
      { class: "trio" },
      link("WhatsApp", `https://wa.me/?text=${encodeURIComponent(message)}`, "whatsapp"),
      el(
        "a",
        { class: "press press-plain", href: `sms:?body=${encodeURIComponent(message)}` },
        icon("chat-dots-fill"),
        el("span", {}, "SMS"),
      ),
      "share" in navigator &&
        button("Compartir", () => navigator.share({ text: message }).catch(() => {}), { icon: "share-fill" }),
    ),
  ];
}
