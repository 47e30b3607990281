// A code for a token: spent once, so everything that could go wrong is tried before it is sent.
import { EngineError } from "./errors.js";
import { refuseFailure } from "./transport.js";

/** The code in what was scanned or typed, or null. The office's QR is an address that ends in `#alta=CODE`. */
export function codeOf(text) {
  const named = /[#&?]alta=([^&\s]+)/.exec(text)?.[1] ?? text;
  const code = named.toUpperCase().replace(/[\s\-‐-―.]+/g, "").replaceAll("O", "0").replaceAll("I", "1").replaceAll("L", "1");
  return /^[0-9A-HJKMNP-TV-Z]{10}$/.test(code) ? `${code.slice(0, 5)}-${code.slice(5)}` : null;
}

/**
 * @param {import("./store.js").Store} store @param {ReturnType<import("./vault.js").makeVault>} vault
 * @param {ReturnType<import("./transport.js").makeTransport>} transport
 * @param {{code: string, name?: string, pin: string}} given
 * @param {ReturnType<import("./clock.js").makeClock>} clock
 */
export async function enrol(store, vault, transport, { code, name, pin }, clock) {
  const right = codeOf(code ?? "");
  if (!right) throw new EngineError("enrolment_refused");
  // The person is named by the answer; the PIN is judged and the key made before the code is spent.
  const person = { username: "", name: "" };
  const prepared = await vault.prepare(person, pin);
  await store.write(["meta"], (tx) => tx.objectStore("meta").put(right.length, "trial"));

  const answer = await transport.enrol(right, name);
  if (answer.body && (answer.status === 403 || answer.status === 400)) throw new EngineError("enrolment_refused");
  if (answer.status === 429) throw new EngineError("too_many_tries");
  refuseFailure(answer);
  const { device, token, folio_prefix, user, server_time } = answer.body ?? {};
  if (!token || !device?.id || !folio_prefix || !user?.username) throw new EngineError("offline");
  clock.learn(server_time, answer.sent, answer.answered);

  Object.assign(person, { username: user.username, name: user.name || user.username });
  const known = { id: device.id, name: device.name, series: folio_prefix, username: user.username };
  const sealed = await vault.sealTo(prepared.key, "token", token);
  await store.write(["meta", "staff"], async (tx) => {
    await prepared.write(tx);
    const meta = tx.objectStore("meta");
    await meta.put(known, "device");
    await meta.put(sealed, "token");
    await meta.put(person, "last_who");
    await meta.put(clock.kept, "clock");
    await meta.put({ failed: 0, wait_until: 0 }, "pin");
    await meta.delete("halt");
    await meta.delete("trial");
    // Another person's tablet now: the visits and promises in the old pack are not theirs.
    await meta.delete("pack");
  });
  prepared.adopt();
  return { device: known, user: { ...person } };
}
