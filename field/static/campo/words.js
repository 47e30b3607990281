// The words and signs that several screens share.

/** The five outcomes of a door, in the order in which they are asked. */
export const OUTCOMES = [
  { value: "petition", label: "Hubo petición", icon: "chat-square-text-fill" },
  { value: "nothing_to_ask", label: "Nada que pedir", icon: "hand-thumbs-up" },
  { value: "nobody_home", label: "No había nadie", icon: "house-x" },
  { value: "come_back", label: "Volver después", icon: "arrow-counterclockwise" },
  { value: "refused", label: "No quiso atender", icon: "slash-circle" },
];

export const outcomeOf = (value) => OUTCOMES.find((one) => one.value === value) ?? { label: value, icon: "question" };

/** What has become of a record. */
export const STATES = {
  waiting: { label: "En espera", icon: "hourglass-split" },
  sending: { label: "En camino", icon: "arrow-up-circle" },
  in_office: { label: "En la oficina", icon: "check-circle-fill" },
  held: { label: "Retenida en la oficina", icon: "exclamation-triangle-fill" },
  rejected: { label: "No se recibió", icon: "x-octagon-fill" },
};

const dates = new Intl.DateTimeFormat("es-MX", { weekday: "long", day: "numeric", month: "long" });
const times = new Intl.DateTimeFormat("es-MX", { hour: "2-digit", minute: "2-digit", hour12: false });
const stamps = new Intl.DateTimeFormat("es-MX", {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  hour12: false,
});

/** A day written YYYY-MM-DD, as people say it. @param {string} day */
export const dayOf = (day) => dates.format(new Date(`${day}T12:00:00`));
/** @param {string | number} at */
export const timeOf = (at) => times.format(new Date(at));
/** @param {string | number} at */
export const stampOf = (at) => stamps.format(new Date(at));

/** Today where the tablet is, as YYYY-MM-DD. */
export function today(now = new Date()) {
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}

/** A number of things: «1 petición», «3 peticiones». @param {number} number */
export const count = (number, one, many) => `${number.toLocaleString("es-MX")} ${number === 1 ? one : many}`;

/** Bytes as people read them. @param {number | null} bytes */
export function sizeOf(bytes) {
  if (bytes === null || bytes === undefined) return "no se sabe";
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  return `${(bytes / 1000 ** power).toLocaleString("es-MX", { maximumFractionDigits: power > 2 ? 1 : 0 })} ${units[power]}`;
}

/** Letters without accents or case, for searching. @param {string} text */
export const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
