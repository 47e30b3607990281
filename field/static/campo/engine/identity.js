// Names that need nobody's permission: record ids and content hashes.

/** @param {ArrayBuffer | Uint8Array} bytes */
export const hex = (bytes) =>
  Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** A UUID of version 7 (RFC 9562): ordered by the device's clock, unique without it. */
export function newId(now = Date.now()) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const milliseconds = Math.max(0, Math.floor(now));
  for (let place = 0; place < 6; place += 1) bytes[place] = Math.floor(milliseconds / 2 ** (40 - 8 * place)) & 0xff;
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** The SHA-256 of bytes, as docs/sync.md writes it. @param {BufferSource} bytes */
export const sha256 = async (bytes) => hex(await crypto.subtle.digest("SHA-256", bytes));
