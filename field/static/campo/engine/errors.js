// What can go wrong, each with a code for screens and a sentence for people.

/** @type {Record<string, string>} */
const SENTENCES = {
  storage: "El navegador no deja guardar en esta tableta. Salga del modo incógnito o libere espacio.",
  insecure: "Abra la aplicación por su dirección segura, la que empieza con https.",
  full: "La tableta no tiene espacio: no se guardó. Libere espacio o envíe lo pendiente, y vuelva a guardar.",
  locked: "Escriba su PIN para ver o enviar lo guardado.",
  wrong_pin: "El PIN no es correcto.",
  wait: "Demasiados intentos. Espere un momento antes de volver a probar.",
  weak_pin: "Use de 6 a 12 números que no sean iguales ni seguidos.",
  not_enrolled: "Esta tableta aún no está dada de alta.",
  enrolment_refused: "El código no sirve: revíselo o pida uno nuevo en la oficina.",
  too_many_tries: "Demasiados códigos equivocados. Espere unos minutos.",
  offline: "No hay señal. Lo guardado espera en la tableta.",
  slow: "La señal es muy débil y el envío se detuvo. Se intentará de nuevo.",
  refused: "La oficina dio de baja esta tableta. Nada se pierde: pida un código nuevo.",
  server: "La oficina no pudo recibir el envío. Se intentará de nuevo.",
  unreadable: "Esto se guardó con una llave anterior: ábralo con el PIN que tenía entonces.",
  not_a_photo: "Ese archivo no es una foto que se pueda leer.",
  incomplete: "Falta un dato para guardar.",
  no_door: "Esa puerta ya no está en la tableta. Si algo está mal, avise a la oficina.",
  map_room: "No hay espacio para el mapa de calles: lo que se captura va primero. Libere espacio en la tableta.",
  map_gone: "La oficina cambió el mapa de calles. Vuelva a intentarlo en un momento.",
  staff_exists: "Esa persona ya tiene PIN en esta tableta.",
};

/** Every failure that the engine tells: `code` for programs, `message` in Spanish for people. */
export class EngineError extends Error {
  /**
   * @param {string} code one of the codes in docs/campo.md
   * @param {object} [more] members to add, such as `until` or `cause`
   */
  constructor(code, more = {}) {
    super(SENTENCES[code] ?? code);
    this.name = "EngineError";
    this.code = code;
    Object.assign(this, more);
  }
}

/** The sentence of a code, for what is kept as plain data. @param {string} code */
export const sentence = (code) => SENTENCES[code] ?? code;
