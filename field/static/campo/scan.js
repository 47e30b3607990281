// Reads a QR with the camera: the browser's own reader where there is one, else the `qr` package's.

const EVERY_MS = 180;
const WIDTH = 640;

export const canScan = () => Boolean(navigator.mediaDevices?.getUserMedia);

/** @returns {Promise<(video: HTMLVideoElement) => Promise<string | null>>} */
async function makeReader() {
  const Detector = /** @type {any} */ (globalThis).BarcodeDetector;
  const formats = (await Detector?.getSupportedFormats?.().catch(() => [])) ?? [];
  if (formats.includes("qr_code")) {
    const detector = new Detector({ formats: ["qr_code"] });
    return async (video) => (await detector.detect(video))[0]?.rawValue ?? null;
  }
  const { decodeQR } = await import("../vendor/qr/decode.js");
  const canvas = document.createElement("canvas");
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
  return async (video) => {
    canvas.width = WIDTH;
    canvas.height = Math.round((WIDTH * video.videoHeight) / video.videoWidth) || WIDTH;
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    try {
      return decodeQR(context.getImageData(0, 0, canvas.width, canvas.height));
    } catch {
      return null; // no code in this picture
    }
  };
}

/**
 * Looks through the camera until `take` takes a text.
 * @param {HTMLVideoElement} video @param {(text: string) => boolean} take
 * @returns {Promise<() => void>} stops it; throws where there is no camera or no leave to use it
 */
export async function scan(video, take) {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
  let running = true;
  const stop = () => {
    running = false;
    for (const track of stream.getTracks()) track.stop();
  };
  try {
    video.srcObject = stream;
    video.playsInline = true;
    await video.play();
    const read = await makeReader();
    const look = async () => {
      if (!running) return;
      const text = video.videoWidth ? await read(video).catch(() => null) : null;
      if (text && take(text)) stop();
      else setTimeout(look, EVERY_MS);
    };
    void look();
  } catch (error) {
    stop();
    throw error;
  }
  return stop;
}
