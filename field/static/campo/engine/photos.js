// Photos as they are kept: upright, at most so many pixels, and drawn anew, so that nothing of the camera's is left.
import { EngineError } from "./errors.js";

/** Width and height that fit into `max` on the longer side. */
export function fit(width, height, max) {
  const scale = Math.min(1, max / Math.max(width, height));
  return [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
}

/**
 * A photo made small: JPEG, upright, without EXIF. Throws `not_a_photo`.
 * @param {Blob} file @param {{max?: number, quality?: number}} [options] pixels of the longer side; 0 to 1
 * @returns {Promise<Blob>}
 */
export async function shrink(file, { max = 1600, quality = 0.8 } = {}) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch (error) {
    throw new EngineError("not_a_photo", { cause: error });
  }
  try {
    const [width, height] = fit(bitmap.width, bitmap.height, max);
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d", { alpha: false });
    context.fillStyle = "white"; // under a transparent picture
    context.fillRect(0, 0, width, height);
    context.imageSmoothingQuality = "high";
    context.drawImage(bitmap, 0, 0, width, height);
    return await canvas.convertToBlob({ type: "image/jpeg", quality });
  } finally {
    bitmap.close();
  }
}
