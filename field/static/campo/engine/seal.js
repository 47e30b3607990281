// Sealing: anybody may close an envelope to the tablet's public key; the private key alone opens it.
// ECIES of the platform's own parts: ECDH P-256 with a fresh key for each envelope, HKDF-SHA-256, AES-256-GCM.

const CURVE = { name: "ECDH", namedCurve: "P-256" };
const INFO = new TextEncoder().encode("aldaba-campo 1");
const subtle = () => crypto.subtle;

/** @typedef {{key: string, epk: ArrayBuffer, iv: Uint8Array, box: ArrayBuffer}} Sealed */

/** A tablet's key pair; its private half can be wrapped, so that several PINs open it. */
export const makeKeyPair = () => subtle().generateKey(CURVE, true, ["deriveBits"]);

/** @param {CryptoKey} key @returns {Promise<ArrayBuffer>} */
export const exportPublic = (key) => subtle().exportKey("raw", key);

/** @param {ArrayBuffer} raw */
const importPublic = (raw) => subtle().importKey("raw", raw, CURVE, true, []);

/**
 * Close an envelope.
 * @param {{id: string, public: ArrayBuffer}} to the tablet's key
 * @param {string} context what it is for; opening it as anything else fails
 * @param {BufferSource} bytes
 * @returns {Promise<Sealed>}
 */
export async function seal(to, context, bytes) {
  const once = /** @type {CryptoKeyPair} */ (await makeKeyPair());
  const epk = await exportPublic(once.publicKey);
  const key = await agree(once.privateKey, await importPublic(to.public), epk, "encrypt");
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const box = await subtle().encrypt({ name: "AES-GCM", iv, additionalData: label(context) }, key, bytes);
  return { key: to.id, epk, iv, box };
}

/**
 * Open an envelope. Throws OperationError where the key is another or the envelope was touched.
 * @param {CryptoKey} privateKey @param {string} context @param {Sealed} sealed
 * @returns {Promise<ArrayBuffer>}
 */
export async function unseal(privateKey, context, sealed) {
  const key = await agree(privateKey, await importPublic(sealed.epk), sealed.epk, "decrypt");
  return subtle().decrypt({ name: "AES-GCM", iv: sealed.iv, additionalData: label(context) }, key, sealed.box);
}

/** @param {string} context */
const label = (context) => new TextEncoder().encode(context);

/** @param {CryptoKey} mine @param {CryptoKey} theirs @param {ArrayBuffer} salt @param {KeyUsage} usage */
async function agree(mine, theirs, salt, usage) {
  const bits = await subtle().deriveBits({ name: "ECDH", public: theirs }, mine, 256);
  const secret = await subtle().importKey("raw", bits, "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt, info: INFO };
  return subtle().deriveKey(how, secret, { name: "AES-GCM", length: 256 }, false, [usage]);
}
