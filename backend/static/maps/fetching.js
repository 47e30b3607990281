/** JSON from addresses of ours, the last asked for winning. */

export class Superseded extends Error {}

/** Fetches one thing at a time: a newer question ends the older. */
export class Latest {
  #controller = new AbortController();
  #address = "";
  #answer = null;
  /** Whether the browser's own store of answers is out of date as well. */
  #stale = false;

  /** Whatever was answered is out of date: the next question is asked anew. */
  forget() {
    this.#address = "";
    this.#stale = true;
  }

  /**
   * @param {string} address a URL, or "#id" of an element that holds JSON
   * @returns {Promise<any>} the answer; rejects with Superseded when a newer question came
   */
  async ask(address) {
    if (address.startsWith("#")) return JSON.parse(document.querySelector(address).textContent);
    // Also when the answer is at hand: what was asked meanwhile must not come after it.
    this.#controller.abort();
    if (address === this.#address && this.#answer) return this.#answer;
    this.#controller = new AbortController();
    const { signal } = this.#controller;
    try {
      const answer = await fetchJson(address, signal, this.#stale ? "no-cache" : "default");
      this.#stale = false;
      this.#address = address;
      this.#answer = answer;
      return answer;
    } catch (error) {
      throw signal.aborted ? new Superseded() : error;
    }
  }
}

/**
 * @param {string} address
 * @param {AbortSignal} [signal]
 * @param {RequestCache} [cache]
 */
export async function fetchJson(address, signal, cache = "default") {
  const response = await inWords(fetch(address, { signal, cache, headers: { Accept: "application/json" } }));
  if (response.redirected && !response.headers.get("Content-Type")?.includes("json")) {
    throw new Error("Su sesión terminó. Vuelva a entrar.");
  }
  if (!response.ok) throw new Error(await reasonOf(response));
  return inWords(response.json());
}

/** The browser's own words for a line that broke are English. @param {Promise<any>} asked */
async function inWords(asked) {
  try {
    return await asked;
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error("No hay conexión con el servidor. Revise su red y vuelva a intentar.", { cause: error });
  }
}

/** @param {Response} response */
async function reasonOf(response) {
  const problem = response.headers.get("Content-Type")?.includes("json") ? await response.json() : null;
  return problem?.detail ?? "No se pudieron traer los datos del mapa. Vuelva a intentar.";
}
