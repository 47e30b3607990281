/** Places coloured by class: the ground's own outlines take the colour. */

import { token } from "./ground.js";
import { DrawnLayer } from "./layer.js";

export class PlaceLayer extends DrawnLayer {
  get follows() {
    return false;
  }

  /** @param {{classes: any[], places: Record<string, [number, string]>, otherwise?: string}} body */
  paint(body) {
    for (const [id, { shape }] of this.context.ground.places) {
      const [index, said] = body.places[id] ?? [-1, body.otherwise];
      shape.said = said;
      if (body.classes[index]) shape.setStyle(this.#style(body.classes[index]));
      if (this.spec.detail) shape.on("click", () => this.#clicked(id));
    }
  }

  #style({ colour, outline }) {
    return {
      fillColor: colour,
      fillOpacity: 0.9,
      color: outline ?? token("--ink-muted"),
      weight: outline ? 2 : 0.8,
      opacity: 0.85,
    };
  }

  #clicked(id) {
    this.context.ground.point(id);
    this.open(id);
  }

  clear() {
    this.context.ground.mute();
    this.drawn = null;
  }
}
