// An office for tests: the contract's answers, kept in memory, over a link that can do anything to them.
import { createHash } from "node:crypto";

export const VISIT = "0199aaaa-0000-7000-8000-000000000001";
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");
const answer = (status, body, headers = {}) =>
  new Response(body === null ? null : JSON.stringify(body), {
    status,
    headers: { "Content-Type": "application/json", ...headers },
  });

export class Office {
  code = "ABCDE-12345";
  series = 0;
  tokens = new Set();
  /** Records by id, each with every version that came. */
  records = new Map();
  photos = new Map();
  puts = [];
  batches = [];
  /** @type {(call: {method: string, path: string, answer: () => Promise<Response>}) => Promise<Response>} */
  link = ({ answer: get }) => get();
  clock = () => Date.now();
  hold = () => [];
  etag = 'W/"1"';
  limits = {};
  username = "rosa";
  /** The street map: its version, bytes and parts; or null. */
  map = null;
  /** The parts that were asked for and given, by their first byte. */
  given = [];

  async fetch(path, { method = "GET", headers = {}, body, signal } = {}) {
    const get = () => this.#answer(method, path, headers, body);
    const stopped = new Promise((_resolve, reject) => {
      signal?.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
    });
    return Promise.race([this.link({ method, path, answer: get }), stopped]);
  }

  async #answer(method, path, headers, body) {
    if (path === "/api/v1/devices/enrol") return this.#enrol(JSON.parse(body));
    if (path.startsWith("/campo/mapa/")) return this.#streets(path, headers.Range);
    const token = headers.Authorization?.replace("Bearer ", "");
    if (!this.tokens.has(token)) return answer(401, { title: "Sin permiso", detail: "Esta tableta fue dada de baja." });
    if (path === "/api/v1/pack") return this.#pack(headers);
    if (path === "/api/v1/sync") return this.#sync(JSON.parse(new TextDecoder().decode(body)));
    const name = path.split("/").at(-1);
    if (method === "HEAD") return answer(this.photos.has(name) ? 200 : 404, null);
    const bytes = new Uint8Array(body);
    this.puts.push(name);
    if (sha256(bytes) !== name) return answer(422, { detail: "El hash no corresponde." });
    const status = this.photos.has(name) ? 200 : 201;
    this.photos.set(name, bytes);
    return answer(status, { sha256: name });
  }

  /** Puts a street map in the place of the one before. @param {Uint8Array} content */
  offer(content, part_bytes = 1000) {
    const parts = [];
    for (let at = 0; at < content.length; at += part_bytes) parts.push(sha256(content.subarray(at, at + part_bytes)));
    this.map = { version: sha256(parts.join("")).slice(0, 16), content, part_bytes, parts };
    this.etag = `W/"${this.map.version}"`;
  }

  #streets(path, range) {
    const { version, content, part_bytes, parts } = this.map ?? {};
    if (!version || !path.includes(version)) return answer(404, { detail: "No está." });
    const about = { version, bytes: content.length, part_bytes, parts, attribution: "© OpenStreetMap" };
    if (path.endsWith(".json")) return answer(200, about);
    const [, start, last] = /^bytes=(\d+)-(\d+)$/.exec(range).map(Number);
    this.given.push(start);
    return new Response(content.slice(start, last + 1), { status: 206 });
  }

  #enrol({ code }) {
    if (code !== this.code) return answer(403, { detail: "No." });
    const token = `token ${(this.series += 1)}`;
    this.tokens.add(token);
    return answer(201, {
      device: { id: `device ${this.series}`, name: "Tableta 1" },
      token,
      folio_prefix: `A7${this.series}`,
      user: { username: this.username, name: "Rosa Ibarra" },
      server_time: new Date(this.clock()).toISOString(),
    });
  }

  #pack(headers) {
    if (headers["If-None-Match"] === this.etag) return answer(304, null);
    const follow_ups = [{ kind: "come_back", note: "Doña Lupe pidió que volvieran" }];
    const pack = {
      catalogue: { categories: [{ code: "bache", name: "Bache" }], departments: [] },
      visits: [{ id: VISIT, place: "C1", follow_ups }],
      places: { type: "FeatureCollection", features: [] },
      nearby: [{ folio: "26-A7F-00042-K", category: "bache", location: { type: "Point", coordinates: [-106.4112, 23.2494] } }],
      notice: { version: "2026-1", text: "Aviso" },
      limits: this.limits,
      basemap: this.map && { version: this.map.version, bytes: this.map.content.length, attribution: "© OpenStreetMap" },
      municipality: { time_zone: "America/Mazatlan" },
      server_time: new Date(this.clock()).toISOString(),
    };
    return answer(200, pack, { ETag: this.etag });
  }

  #sync({ records }) {
    this.batches.push(records.length);
    const receipts = records.map((record) => this.#receive(record));
    return answer(200, { receipts, server_time: new Date(this.clock()).toISOString() });
  }

  #receive(record) {
    const raw = JSON.stringify(record);
    const versions = this.records.get(record.id) ?? [];
    const repeated = versions.includes(raw);
    if (!repeated) this.records.set(record.id, [...versions, raw]);
    const errors = versions.length && !repeated ? [{ pointer: "/id", code: "changed", detail: "Cambió." }] : this.hold(record);
    const missing = (record.attachments ?? []).map((file) => file.sha256).filter((name) => !this.photos.has(name));
    const outcome = errors.length ? "held" : repeated ? "repeated" : "stored";
    return { id: record.id, outcome, errors, missing_attachments: missing };
  }

  /** Every record once, as it came. */
  all(kind) {
    return [...this.records.values()].map(([raw]) => JSON.parse(raw)).filter((record) => !kind || record.kind === kind);
  }

  /** Ids under which more than one content came: none, ever. */
  changed() {
    return [...this.records].filter(([, versions]) => versions.length > 1).map(([id]) => id);
  }
}
