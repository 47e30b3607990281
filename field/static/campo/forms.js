// Forms half filled: in memory while they are on the screen, and on disk, sealed, a moment after each touch.

const WAIT_MS = 400;
/** @type {Map<string, {data: any, photos: Blob[]}>} */
const forms = new Map();
/** @type {Map<string, ReturnType<typeof setTimeout>>} */
const timers = new Map();
/** What is being written, until it is. @type {Map<string, Promise<void>>} */
const writing = new Map();
let keeper = null;

const petitionKey = () => `peticion-${crypto.randomUUID()}`;
export const doorKey = (visit) => `puerta-${visit}`;

/** A new form under a key; on disk only once something is in it. */
export function startForm(engine, key, data) {
  keeper = engine;
  forms.set(key, { data, photos: [] });
  return forms.get(key);
}

/** Opens the first step of a new petition. @param {any} app @param {{visit: string | null, door?: string}} data */
export function beginPetition(app, data) {
  const key = petitionKey();
  startForm(app.engine, key, data);
  return app.go(`peticion/${key}/1`);
}

/** A form begun earlier, or null. @param {any} engine @param {string} key */
export async function openForm(engine, key) {
  keeper = engine;
  if (forms.has(key)) return forms.get(key);
  if (engine.state().locked) return null; // it is there, and waits for the PIN
  const kept = await engine.drafts.get(key);
  if (!kept) return null;
  if (!forms.has(key)) forms.set(key, { data: kept.data, photos: kept.photos });
  return forms.get(key);
}

/** Say that a form has changed. @param {string} key */
export function touchForm(key) {
  clearTimeout(timers.get(key));
  timers.set(
    key,
    setTimeout(() => void put(key), WAIT_MS),
  );
}

/**
 * One after the other: on a slow tablet, with photos to seal, an older state would come to disk after a newer one,
 * or after the form had become a record, and be offered as still unsaved.
 */
function put(key) {
  clearTimeout(timers.get(key));
  timers.delete(key);
  const write = async () => {
    const form = forms.get(key);
    if (form) await keeper.drafts.put(key, { data: form.data, photos: form.photos });
  };
  const turn = (writing.get(key) ?? Promise.resolve()).then(write, write);
  writing.set(key, turn);
  const over = () => writing.get(key) === turn && writing.delete(key);
  turn.then(over, over);
  return turn;
}

/** To disk now. @param {string} key */
export const keepForm = (key) => put(key);

/** All that waits for its moment, to disk now. */
export const flushForms = () => Promise.all([...[...timers.keys()].map(put), ...writing.values()]);

/** Out of memory: what is on disk needs the PIN to be read. */
export function forgetForms() {
  for (const timer of timers.values()) clearTimeout(timer);
  timers.clear();
  forms.clear();
}

/** The form has become a record, or nobody wants it. @param {any} engine @param {string} key */
export async function dropForm(engine, key, { kept = true } = {}) {
  clearTimeout(timers.get(key));
  timers.delete(key);
  forms.delete(key);
  await writing.get(key)?.catch(() => {});
  if (kept) await engine.drafts.drop(key);
}
