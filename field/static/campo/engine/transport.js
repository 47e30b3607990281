// Calls to the office, each with an end: an answer, or one of a few ways of not getting one.
import { EngineError } from "./errors.js";

/** A link slower than this, in bytes a millisecond, is as good as none. */
const SLOWEST = 2;
const PATIENCE_MS = 30_000;

/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {any} body the JSON, or null
 * @property {Headers} headers
 * @property {number} sent @property {number} answered ms
 */

/** @param {{fetch: typeof fetch, now: () => number, patience_ms?: number}} env */
export function makeTransport(env) {
  const patience = env.patience_ms ?? PATIENCE_MS;

  /**
   * @param {string} method @param {string} path
   * @param {{token?: string, body?: BodyInit, bytes?: number, type?: string, headers?: Record<string, string>, binary?: boolean}} [options]
   *   `bytes`: how many go or come, which lengthens the wait; `binary`: the answer's body is wanted as it is
   * @returns {Promise<Answer>} throws `offline` where nobody answered, `slow` where it took too long
   */
  async function call(method, path, { token, body, bytes = 0, type, headers = {}, binary = false } = {}) {
    const stop = new AbortController();
    const alarm = setTimeout(() => stop.abort(), patience + bytes / SLOWEST);
    const sent = env.now();
    try {
      const response = await env.fetch(path, {
        method,
        body,
        signal: stop.signal,
        cache: "no-store",
        // The office's own session has no business in the tablet's calls, nor a hotel's sign-in page in its answers.
        credentials: "omit",
        redirect: "manual",
        headers: {
          ...(token && { Authorization: `Bearer ${token}` }),
          ...(type && { "Content-Type": type }),
          ...headers,
        },
      });
      if (response.type === "opaqueredirect" || (response.status >= 300 && response.status < 304)) {
        throw new EngineError("offline");
      }
      const content = binary ? await response.arrayBuffer() : readJson(method === "HEAD" ? "" : await response.text());
      return { status: response.status, body: content, headers: response.headers, sent, answered: env.now() };
    } catch (error) {
      if (error instanceof EngineError) throw error;
      throw new EngineError(stop.signal.aborted ? "slow" : "offline", { cause: error });
    } finally {
      clearTimeout(alarm);
    }
  }

  return {
    enrol: (code, name) => call("POST", "/api/v1/devices/enrol", json({ code, ...(name && { name }) })),
    pack: (token, etag, condition) => {
      const headers = { "Aldaba-Device-State": JSON.stringify(condition), ...(etag && { "If-None-Match": etag }) };
      return call("GET", "/api/v1/pack", { token, headers, bytes: 500_000 });
    },
    /** @param {string} token @param {string} body `{"records": […]}` */
    sync: (token, body) => {
      const bytes = new TextEncoder().encode(body);
      return call("POST", "/api/v1/sync", { token, body: bytes, bytes: bytes.length, type: "application/json" });
    },
    put: (token, sha256, bytes, type) =>
      call("PUT", `/api/v1/attachments/${sha256}`, { token, body: bytes, bytes: bytes.byteLength, type }),
    /** The street map's list of parts; an address names one version for ever. @param {string} version */
    streetParts: (version) => call("GET", `/campo/mapa/${encodeURIComponent(version)}.json`, { bytes: 500_000 }),
    /** Its bytes from `start` to before `end`. @param {string} version @param {number} start @param {number} end */
    streetBytes: (version, start, end) =>
      call("GET", `/campo/mapa/${encodeURIComponent(version)}.pmtiles`, {
        headers: { Range: `bytes=${start}-${end - 1}` },
        bytes: end - start,
        binary: true,
      }),
    head: (token, sha256) => call("HEAD", `/api/v1/attachments/${sha256}`, { token }),
  };
}

/** What a failed answer means for who sends: throws, or returns where the status is a good one. @param {Answer} answer */
export function refuseFailure({ status, body, headers }) {
  if (status >= 200 && status < 300) return;
  const detail = typeof body?.detail === "string" ? body.detail : undefined;
  // The office refuses in words; a network that wants somebody to sign in refuses with a page.
  if ((status === 401 || status === 403) && !body) throw new EngineError("offline");
  if (status === 401 || status === 403) throw new EngineError("refused", { status, detail });
  const after = Number(headers.get("Retry-After"));
  const retry_ms = after > 0 ? after * 1000 : undefined;
  throw new EngineError("server", { status, detail, retry_ms });
}

const json = (value) => ({ body: JSON.stringify(value), type: "application/json" });

/** @param {string} text */
function readJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null; // a sign-in page of somebody's wireless network, or an answer cut short
  }
}
