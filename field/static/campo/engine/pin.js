// The PIN: which ones will do, and the tablet's private key wrapped by one.
import { EngineError } from "./errors.js";

/** OWASP's figure for PBKDF2-HMAC-SHA-256 (2023): about half a second on a cheap tablet. */
const ITERATIONS = 600_000;
const CURVE = { name: "ECDH", namedCurve: "P-256" };

/** @typedef {{key: string, salt: Uint8Array, iterations: number, iv: Uint8Array, box: ArrayBuffer}} Wrap */

/** Throws `weak_pin` for a PIN that a stranger would try first. @param {string} pin */
export function refuseWeak(pin) {
  const digits = [...String(pin)].map(Number);
  const steps = new Set(digits.slice(1).map((digit, place) => digit - digits[place]));
  const inRow = steps.size === 1 && [0, 1, -1].includes([...steps][0]);
  if (!/^\d{6,12}$/.test(pin) || inRow) throw new EngineError("weak_pin");
}

/** @param {string} pin @param {Uint8Array} salt @param {number} iterations */
async function keyOf(pin, salt, iterations) {
  const secret = await crypto.subtle.importKey("raw", new TextEncoder().encode(pin), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations };
  return crypto.subtle.deriveKey(how, secret, { name: "AES-GCM", length: 256 }, false, ["wrapKey", "unwrapKey"]);
}

/**
 * The private key, closed by a PIN.
 * @param {string} id the key's @param {CryptoKey} privateKey @param {string} pin
 * @returns {Promise<Wrap>}
 */
export async function wrap(id, privateKey, pin, iterations = ITERATIONS) {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const by = await keyOf(pin, salt, iterations);
  const box = await crypto.subtle.wrapKey("pkcs8", privateKey, by, { name: "AES-GCM", iv });
  return { key: id, salt, iterations, iv, box };
}

/**
 * The private key out of its wrap, or null where the PIN is another.
 * @param {Wrap} wrapped @param {string} pin
 * @returns {Promise<CryptoKey | null>}
 */
export async function unwrap({ salt, iterations, iv, box }, pin) {
  const by = await keyOf(pin, salt, iterations);
  try {
    return await crypto.subtle.unwrapKey("pkcs8", box, by, { name: "AES-GCM", iv }, CURVE, true, ["deriveBits"]);
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}
