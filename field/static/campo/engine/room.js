// Room on the tablet: how much there is, when it is short, and asking the browser not to wipe it.

/** Below this a person should send or free something: about three hundred photos. */
export const LOW_BYTES = 100 * 2 ** 20;

/** @param {StorageManager | undefined} storage */
export async function measureRoom(storage) {
  if (!storage?.estimate) return { usage: null, quota: null, free: null, low: false, persisted: false };
  const { usage = 0, quota = 0 } = await storage.estimate();
  const free = Math.max(0, quota - usage);
  return { usage, quota, free, low: free < LOW_BYTES, persisted: (await storage.persisted?.()) ?? false };
}

/** Asks that the browser never wipe what is kept; harmless to ask again. @param {StorageManager | undefined} storage */
export async function askToPersist(storage) {
  return Boolean((await storage?.persisted?.()) || (await storage?.persist?.()));
}
