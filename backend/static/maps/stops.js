/** Numbered stops, and the way through them in their order. */

import { token } from "./ground.js";
import { hover } from "./hover.js";
import { DrawnLayer } from "./layer.js";

export class StopLayer extends DrawnLayer {
  #group = globalThis.L?.layerGroup();

  /**
   * @param {{start: [number, number] | null, startSaid: string, doneSaid: string,
   *          stops: [number, number, number, boolean, number, string][]}} body
   */
  paint(body) {
    const way = [...(body.start ? [body.start] : []), ...body.stops.filter(([, , , done]) => !done)];
    const line = way.map(([lng, lat]) => [lat, lng]);
    this.#group.addLayer(L.polyline(line, { color: token("--bronze"), weight: 3, dashArray: "6 5", interactive: false }));
    if (body.start) this.#group.addLayer(this.#flag(body));
    for (const stop of [...body.stops].reverse()) this.#group.addLayer(this.#stop(stop, body));
    this.#group.addTo(this.context.map);
  }

  #stop([lng, lat, number, done, id, said], { doneSaid }) {
    const stop = sign([lat, lng], done ? "map-stop map-stop-done" : "map-stop", String(number));
    hover(stop, () => [`${number}. ${said}`, done ? doneSaid : ""]);
    stop.on("click", () => this.tell(String(id)));
    return stop;
  }

  #flag({ start: [lng, lat], startSaid }) {
    const flag = sign([lat, lng], "map-stop map-stop-start", "");
    hover(flag, () => [startSaid]);
    return flag;
  }

  clear() {
    this.#group.clearLayers();
    this.drawn = null;
  }
}

/** The list beside the map is what the keyboard reaches. */
function sign(at, className, text) {
  const html = document.createElement("span");
  html.textContent = text;
  const icon = L.divIcon({ className, html, iconSize: [26, 26] });
  return L.marker(at, { icon, keyboard: false, riseOnHover: true });
}
