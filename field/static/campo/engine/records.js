// Records as docs/sync.md has them, out of what a screen hands over.
import { EngineError } from "./errors.js";

const PETITION = [
  "category",
  "description",
  "on_behalf_of",
  "answers",
  "location",
  "accuracy_m",
  "location_method",
  "address",
  "reference",
  "petitioner",
  "echo_of",
];
const DOOR = ["visit", "outcome", "location", "accuracy_m", "note", "follows"];

/** @param {object} from @param {string[]} names */
const only = (from, names) =>
  Object.fromEntries(names.filter((name) => from[name] !== undefined).map((name) => [name, from[name]]));

/**
 * A petition but for its folio, which the saving transaction gives.
 * @param {object} given what the screen hands over
 * @param {{id: string, at: string, captured_by: string, device_clock: object}} stamp
 * @param {{sha256: string, content_type: string, bytes: number}[]} attachments
 */
export function petitionRecord(given, { id, at, captured_by, device_clock }, attachments) {
  if (!given.category) throw new EngineError("incomplete", { field: "category" });
  if (!given.location && !given.address?.trim()) throw new EngineError("incomplete", { field: "location" });
  return {
    kind: "petition",
    id,
    captured_at: at,
    ...only(given, PETITION),
    attachments,
    captured_by,
    device_clock,
  };
}

/**
 * One door knocked.
 * @param {object} given @param {{id: string, at: string, captured_by: string, device_clock: object}} stamp
 * @param {string[]} petitions
 */
export function doorRecord(given, { id, at, captured_by, device_clock }, petitions) {
  if (!given.visit) throw new EngineError("incomplete", { field: "visit" });
  if (!given.outcome) throw new EngineError("incomplete", { field: "outcome" });
  return { kind: "encounter", id, at, ...only(given, DOOR), petitions, captured_by, device_clock };
}

/**
 * A door that was tapped by mistake, and had left the tablet.
 * @param {{encounter: string, reason?: string}} given
 * @param {{id: string, at: string, captured_by: string, device_clock: object}} stamp
 */
export function undoRecord(given, { id, at, captured_by, device_clock }) {
  return { kind: "encounter_undo", id, at, ...only(given, ["encounter", "reason"]), captured_by, device_clock };
}

/** A record with its folio, as it is sent: the same text every time. */
export const sendable = (record, folio) => JSON.stringify(folio ? { ...record, folio } : record);
