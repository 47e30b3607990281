// Numbers under the thumb: for PINs. A real keyboard works as well.
import { el, icon, once } from "./dom.js";

/**
 * @param {{label: string, done: string, onDone: (pin: string) => any}} what
 * @returns {{node: HTMLElement, clear: () => void, complain: (text: string) => void, focus: () => void}}
 */
export function keypad({ label, done, onDone }) {
  // `inputmode=none`: the tablet's own keyboard would cover the keys.
  const input = el("input", {
    type: "password",
    inputmode: "none",
    autocomplete: "off",
    maxlength: "12",
    class: "pin-field",
    "aria-label": label,
    on: {
      input: () => {
        input.value = input.value.replace(/\D/g, "");
        complain("");
      },
      keydown: (event) => event.key === "Enter" && finish(),
    },
  });
  const trouble = el("p", { class: "trouble", role: "alert" });
  const complain = (text) => (trouble.textContent = text);
  const finish = () =>
    once(async () => {
      if (input.value.length < 6) return complain("El PIN tiene al menos 6 números.");
      await onDone(input.value);
    });
  const press = (digit) => {
    if (input.value.length < 12) input.value += digit;
    complain("");
  };
  const key = (digit) => el("button", { type: "button", class: "key", on: { click: () => press(digit) } }, digit);
  const erase = el(
    "button",
    {
      type: "button",
      class: "key key-erase",
      "aria-label": "Borrar",
      on: { click: () => (input.value = input.value.slice(0, -1)) },
    },
    icon("backspace"),
  );
  const node = el(
    "div",
    { class: "keypad" },
    input,
    trouble,
    el("div", { class: "keys" }, [..."123456789"].map(key), erase, key("0"), el("span")),
    el(
      "button",
      { type: "button", class: "press press-main", on: { click: finish } },
      icon("check-lg"),
      el("span", {}, done),
    ),
  );
  const clear = () => {
    input.value = "";
    complain("");
  };
  return { node, clear, complain, focus: () => input.focus() };
}
