// Every screen by the first word of its address.
import { settings } from "./ajustes.js";
import { enrolment } from "./alta.js";
import { locked } from "./candado.js";
import { sent } from "./envios.js";
import { folio } from "./folio.js";
import { doneDoor } from "./hecha.js";
import { today } from "./hoy.js";
import { staff } from "./personal.js";
import { petition } from "./peticion.js";
import { door } from "./puerta.js";
import { visit } from "./visita.js";

/** @type {Record<string, (app: any, ...rest: string[]) => any>} */
export const screens = {
  alta: enrolment,
  candado: locked,
  hoy: today,
  visita: visit,
  puerta: door,
  hecha: doneDoor,
  peticion: petition,
  folio,
  envios: sent,
  ajustes: settings,
  personal: staff,
};
