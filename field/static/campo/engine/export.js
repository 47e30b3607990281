// The last resort: all that the office has not, in one file that it can take in.
import { deviceTime, deviceZone } from "./clock.js";
import { sendable } from "./records.js";

/** What the file says that it is; `import_queue` reads it. */
const FORMAT = "aldaba-queue";

/**
 * The queue as one JSON file, **open**: `{format, version, device, exported_at, records, photos}`; a photo is
 * `{sha256, content_type, bytes, base64}`. Made in parts, so that a hundred photos are never one string.
 * @param {import("./store.js").Store} store
 * @param {ReturnType<import("./outbox.js").makeOutbox>} outbox
 * @param {{device: any, offset_ms: number | null, now: () => number, leave: (ids: string[]) => Promise<any>}} about
 *   `leave` writes down that records may be in the office from now on
 */
export async function exportQueue(store, outbox, { device, offset_ms, now, leave }) {
  const [rows, photos] = await store.read(["queue", "photos"], (tx) =>
    Promise.all([tx.objectStore("queue").getAll(), tx.objectStore("photos").getAll()]),
  );
  const lacking = photos.filter((photo) => photo.state !== "sent");
  const needed = new Set(lacking.flatMap((photo) => photo.records));
  const wanted = rows.filter((row) => row.state === "waiting" || row.state === "rejected" || needed.has(row.id));
  await leave(wanted.map((row) => row.id));
  const at = deviceTime(now());
  const about = { format: FORMAT, version: 1, device, exported_at: at, zone: deviceZone(), offset_ms };
  const parts = [JSON.stringify(about).slice(0, -1), ',\n"records":['];
  let count = 0;
  const unreadable = [];
  for (const row of wanted) {
    try {
      parts.push(count ? ",\n" : "\n", sendable(await outbox.record(row), row.folio));
      count += 1;
    } catch {
      unreadable.push(row.id);
    }
  }
  parts.push('\n],\n"photos":[');
  let pictures = 0;
  for (const { sha256, content_type, bytes } of lacking) {
    const content = await outbox.photoBytes(sha256).catch(() => null);
    if (!content) continue;
    const name = JSON.stringify({ sha256, content_type, bytes }).slice(0, -1);
    parts.push(pictures ? ",\n" : "\n", `${name},"base64":"`, base64(content), '"}');
    pictures += 1;
  }
  parts.push(`\n],\n"unreadable":${JSON.stringify(unreadable)}}\n`);
  const plain = (device?.name ?? "tableta").normalize("NFD").replace(/\p{M}/gu, "");
  const title = plain.replace(/[^A-Za-z0-9]+/g, "-").toLowerCase();
  return {
    blob: new Blob(parts, { type: "application/json" }),
    filename: `aldaba-${title}-${at.slice(0, 16).replace(/[:T]/g, "-")}.json`,
    records: count,
    photos: pictures,
    unreadable: unreadable.length,
  };
}

/** @param {ArrayBuffer} buffer */
export function base64(buffer) {
  const bytes = new Uint8Array(buffer);
  const pieces = [];
  // A multiple of three, so that the pieces join without padding between them.
  for (let start = 0; start < bytes.length; start += 24_576) {
    pieces.push(btoa(String.fromCharCode(...bytes.subarray(start, start + 24_576))));
  }
  return pieces.join("");
}
