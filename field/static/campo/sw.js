// The app's shell, kept whole so that it opens without signal. `self.SHELL` is written before this text by
// field/offline.py: {version, page, files}. A new version is fetched beside the old one and waits.
const { version, page, files } = self.SHELL;
const PREFIX = "campo-";
const CACHE = PREFIX + version;
const kept = new Set(files.map((path) => new URL(path, self.location.href).pathname));

self.addEventListener("install", (event) => {
  event.waitUntil(keepShell());
});

/** All or nothing: a version of which one file is missing is not a version. */
async function keepShell() {
  const cache = await caches.open(CACHE);
  // Past the browser's own cache, which may still hold files of the version before.
  await cache.addAll([page, ...files].map((path) => new Request(path, { cache: "reload", credentials: "omit" })));
}

self.addEventListener("activate", (event) => {
  event.waitUntil(takeOver());
});

async function takeOver() {
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).map((name) => caches.delete(name)),
  );
  await self.clients.claim();
}

self.addEventListener("message", (event) => {
  if (event.data === "use") event.waitUntil(useIfAlone(event.ports[0]));
  if (event.data === "version") event.ports[0]?.postMessage(version);
});

/** Another tab may hold a form half filled: the old version stays until it is closed. */
async function useIfAlone(port) {
  const open = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const isAlone = open.filter(({ url }) => new URL(url).pathname.startsWith(page)).length <= 1;
  port?.postMessage(isAlone ? "yes" : "no");
  if (isAlone) await self.skipWaiting();
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  // Page and files come from one version, never from two. All else, the API first of all, is never kept.
  if (request.mode === "navigate" && url.pathname === page) event.respondWith(fromShell(page, request));
  else if (kept.has(url.pathname)) event.respondWith(fromShell(url.pathname, request));
});

async function fromShell(path, request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(path, { ignoreSearch: true, ignoreVary: true })) ?? fetch(request);
}
