// Forms half filled, sealed like all the rest, so that a browser killed in the middle costs nothing typed.

/** @param {import("./store.js").Store} store @param {ReturnType<import("./vault.js").makeVault>} vault @param {{now: () => number}} env */
export function makeDrafts(store, vault, env) {
  const label = (key) => `draft ${key}`;

  return {
    /** @param {string} key @param {{data: any, photos?: Blob[]}} draft */
    async put(key, { data, photos = [] }) {
      const boxes = await Promise.all(
        photos.map(async (photo) => ({
          type: photo.type,
          sealed: await vault.sealBytes(label(key), await photo.arrayBuffer()),
        })),
      );
      const sealed = await vault.sealValue(label(key), data);
      const row = { sealed, photos: boxes, saved_at: env.now() };
      await store.write(["drafts"], (tx) => tx.objectStore("drafts").put(row, key));
    },
    /** @returns {Promise<{data: any, photos: Blob[], saved_at: number} | null>} */
    async get(key) {
      const row = await store.read(["drafts"], (tx) => tx.objectStore("drafts").get(key));
      if (!row) return null;
      const photos = await Promise.all(
        row.photos.map(async ({ type, sealed }) => new Blob([await vault.unsealBytes(label(key), sealed)], { type })),
      );
      return { data: await vault.unsealValue(label(key), row.sealed), photos, saved_at: row.saved_at };
    },
    /** @returns {Promise<string[]>} */
    list: () => store.read(["drafts"], (tx) => tx.objectStore("drafts").getAllKeys()),
    drop: (key) => store.write(["drafts"], (tx) => tx.objectStore("drafts").delete(key)),
  };
}
