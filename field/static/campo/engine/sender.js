// One draining of the queue: records in batches that suit the link, then photos one by one.
//
// It may be killed anywhere: what has no receipt on disk waits, and is sent again with the same bytes.
import { EngineError, sentence } from "./errors.js";
import { sendable } from "./records.js";
import { refuseFailure } from "./transport.js";

/** A batch starts this small and doubles while the link holds: a weak one rarely carries a large one whole. */
const FIRST_BATCH = 25;
const FIRST_BYTES = 64 * 1024;
const LIMITS = { records: 200, sync_bytes: 16 * 2 ** 20 };
/** After so many answers that a photo is no photo, a person has to look. */
const PHOTO_TRIES = 3;

/**
 * @param {object} parts
 * @param {ReturnType<import("./outbox.js").makeOutbox>} parts.outbox
 * @param {ReturnType<import("./ledger.js").makeLedger>} parts.ledger
 * @param {ReturnType<import("./transport.js").makeTransport>} parts.transport
 * @param {() => Promise<string>} parts.token
 * @param {() => Promise<object>} parts.condition what the tablet says of itself
 * @param {() => any} parts.limits the pack's, or nothing
 * @param {ReturnType<import("./clock.js").makeClock>} parts.clock
 * @param {(ids: Set<string>) => void} parts.onSending the records on their way now
 * @param {() => void} parts.onProgress something was written down
 */
export function makeSender({ outbox, ledger, transport, token, condition, limits, clock, onSending, onProgress }) {
  const pace = { records: FIRST_BATCH, bytes: FIRST_BYTES };

  let answered = 0;

  /** Sends all that can be sent now: whether the office answered at all. Throws EngineError where it, or the link, says no. */
  async function drain() {
    answered = 0;
    const bearer = await token();
    /** Set aside until the next draining: one that the office cannot take must not keep the others. */
    const aside = new Set();
    for (;;) {
      await sendRecords(bearer, aside);
      const photo = (await outbox.waitingPhotos()).find(({ sha256 }) => !aside.has(sha256));
      if (!photo) break;
      await sendPhoto(bearer, photo, aside);
      onProgress();
    }
    await ledger.tidy();
    onProgress();
    if (aside.size) throw new EngineError("server");
    return answered > 0;
  }

  async function sendRecords(bearer, aside) {
    for (;;) {
      const found = await nextBatch(aside);
      if (!found.length) return;
      const still = await ledger.leave(found.map(({ row }) => row.id));
      const batch = found.filter(({ row }) => still.has(row.id));
      if (!batch.length) continue;
      onSending(new Set(batch.map(({ row }) => row.id)));
      try {
        await sendBatch(bearer, batch, aside);
      } finally {
        onSending(new Set());
      }
    }
  }

  async function nextBatch(aside) {
    const most = { ...LIMITS, ...limits() };
    const batch = [];
    let bytes = 16;
    for (const row of await outbox.waiting()) {
      if (aside.has(row.id)) continue;
      const text = await textOf(row, aside);
      if (text === null) continue;
      bytes += text.length * 1.1 + 2; // accents take two bytes; the batch's own is counted when it is sent
      const isFull = batch.length >= Math.min(pace.records, most.records) || bytes > Math.min(pace.bytes, most.sync_bytes);
      if (batch.length && isFull) break;
      batch.push({ row, text });
    }
    return batch;
  }

  async function textOf(row, aside) {
    try {
      return sendable(await outbox.record(row), row.folio);
    } catch (error) {
      if (!(error instanceof DOMException) && !(error instanceof SyntaxError)) throw error;
      aside.add(row.id);
      await ledger.note(row.id, [problem("damaged", "Lo guardado no se puede leer: avise a la oficina.")]);
      return null;
    }
  }

  async function sendBatch(bearer, batch, aside) {
    let answer;
    try {
      const said = JSON.stringify(await condition());
      const records = batch.map(({ text }) => text).join(",");
      answer = await transport.sync(bearer, `{"records":[${records}],"device_state":${said}}`);
    } catch (error) {
      slower();
      throw error;
    }
    if ([400, 413, 422, 500].includes(answer.status)) return split(answer, batch, aside);
    refuseFailure(answer);
    // A sign-in page of somebody's network also answers 200.
    if (!Array.isArray(answer.body?.receipts)) throw new EngineError("offline");
    answered += 1;
    clock.learn(answer.body.server_time, answer.sent, answer.answered);
    const rows = batch.map(({ row }) => row);
    const moved = await ledger.settle(rows, answer.body.receipts);
    if (moved) faster();
    await passOver(rows, moved, aside);
    onProgress();
  }

  /** Records that an answer moved nowhere are not asked about again before the next draining. */
  async function passOver(rows, moved, aside) {
    if (moved === rows.length) return;
    const still = new Set((await outbox.waiting()).map(({ id }) => id));
    rows.filter(({ id }) => still.has(id)).forEach(({ id }) => aside.add(id));
  }

  /** The office choked on this batch: by halves, the one that it chokes on is found and set aside. */
  async function split(answer, batch, aside) {
    if (batch.length > 1) {
      pace.records = Math.ceil(batch.length / 2);
      return;
    }
    const [{ row }] = batch;
    aside.add(row.id);
    await ledger.note(row.id, [problem(`http_${answer.status}`, answer.body?.detail ?? sentence("server"))]);
  }

  async function sendPhoto(bearer, photo, aside) {
    const { sha256, content_type, tries } = photo;
    const bytes = await openPhoto(sha256, aside);
    if (!bytes) return;
    if (tries && (await isThere(bearer, sha256))) return ledger.photoSent(sha256);
    await ledger.mark(sha256, { tries: tries + 1 });
    const answer = await transport.put(bearer, sha256, bytes, content_type);
    if (answer.status === 413 || answer.status === 422 || answer.status === 400) {
      aside.add(sha256);
      // Bytes garbled on the way get another chance; the same answer again and again is about the photo.
      const state = answer.status === 413 || tries + 1 >= PHOTO_TRIES ? "refused" : "waiting";
      return ledger.mark(sha256, { state, error: answer.body?.detail ?? sentence("not_a_photo") });
    }
    if (answer.status === 500) return void aside.add(sha256);
    refuseFailure(answer);
    if (answer.body?.sha256 !== sha256) throw new EngineError("offline");
    answered += 1;
    return ledger.photoSent(sha256);
  }

  async function openPhoto(sha256, aside) {
    try {
      const bytes = await outbox.photoBytes(sha256);
      if (bytes) return bytes;
      aside.add(sha256);
    } catch (error) {
      aside.add(sha256);
      if (error instanceof EngineError && error.code === "unreadable") return null;
      if (!(error instanceof DOMException)) throw error;
      await ledger.mark(sha256, { state: "refused", error: "La foto guardada no se puede leer." });
    }
    return null;
  }

  /** A try that was cut may have arrived all the same. */
  async function isThere(bearer, sha256) {
    const answer = await transport.head(bearer, sha256);
    if (answer.status === 404) return false;
    refuseFailure(answer);
    return !/html/.test(answer.headers.get("Content-Type") ?? "");
  }

  function slower() {
    pace.records = Math.max(1, Math.floor(pace.records / 2));
    pace.bytes = Math.max(4096, Math.floor(pace.bytes / 2));
  }

  function faster() {
    pace.records = Math.min(200, pace.records * 2);
    pace.bytes = Math.min(2 ** 20, pace.bytes * 2);
  }

  return { drain };
}

/** @param {string} code @param {string} detail */
const problem = (code, detail) => ({ pointer: "", code, detail });
