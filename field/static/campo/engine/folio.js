// The folio, issued off line and final: year, series, number and check. The server's is field/folio.py.

const VALUES = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const BODY = /^\d{2}[0-9A-HJKMNP-TV-Z]{3}\d{5}$/;
export const LAST_NUMBER = 99_999;

/** The ISO 7064 MOD 37,36 check character of a body. @param {string} body */
export function checkCharacter(body) {
  let sum = 18;
  for (const character of body) sum = ((((sum || 36) * 2) % 37) + VALUES.indexOf(character)) % 36;
  return VALUES[(37 - (((sum || 36) * 2) % 37)) % 36];
}

/**
 * A folio as it is kept, eleven characters.
 * @param {number} year two digits
 * @param {string} series three characters
 * @param {number} number 1 to 99,999
 */
export function makeFolio(year, series, number) {
  const body = String(year).padStart(2, "0") + series + String(number).padStart(5, "0");
  if (!BODY.test(body) || number < 1 || number > LAST_NUMBER) throw new RangeError(`not a folio: ${body}`);
  return body + checkCharacter(body);
}

/** A kept folio as people read it: 26-A7F-00042-K. @param {string} folio */
export const formatFolio = (folio) => {
  const bare = folio.replaceAll("-", "");
  return `${bare.slice(0, 2)}-${bare.slice(2, 5)}-${bare.slice(5, 10)}-${bare.slice(10)}`;
};

/**
 * What somebody typed, as a folio: any case, dashes or none, O for 0.
 * @param {string} text
 * @returns {{folio: string} | {error: "malformed" | "mistyped"}}
 */
export function checkFolio(text) {
  const typed = text.replace(/[\s\-‐-―.]+/g, "").toUpperCase();
  const body = typed.slice(0, -1).replaceAll("O", "0").replaceAll("I", "1").replaceAll("L", "1");
  const check = typed.slice(-1);
  if (!BODY.test(body) || !VALUES.includes(check)) return { error: "malformed" };
  return checkCharacter(body) === check ? { folio: formatFolio(body + check) } : { error: "mistyped" };
}

/**
 * The two-digit year of a moment where the municipality is.
 * @param {number} milliseconds @param {string} [zone] IANA
 */
export function folioYear(milliseconds, zone) {
  const year = new Intl.DateTimeFormat("en-u-ca-gregory", { timeZone: zone, year: "numeric" }).format(milliseconds);
  return Number(year) % 100;
}
