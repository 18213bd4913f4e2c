// Makes the verification pages work without a network, once one of them was
// open: they, what they are made of, the key manifest and the status lists are
// kept. The network is asked first for all that changes; the dates signed in a
// manifest and a list tell whether a kept one still holds. A registry entry is
// never kept, nor anything about a person: such requests pass by this worker.
const version = VERSION;
const assets = ASSETS; // named by their content: never asked for twice
const pages = PAGES;
const kept = `etalon-${version}`;
const data = 'etalon-data';
const lists = 16; // status lists fetched ahead, at most

self.addEventListener('install', (e) => {
  e.waitUntil((async () => {
    await (await caches.open(kept)).addAll([...pages, ...assets]);
    await self.skipWaiting();
  })());
});

self.addEventListener('activate', (e) => {
  e.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith('etalon-') && name !== kept && name !== data) await caches.delete(name);
    await self.clients.claim();
  })());
});

// Each opening of a verification page says "ahead": whole lists are fetched,
// the same for everybody, so that no later check needs the network.
self.addEventListener('message', (e) => {
  if (e.data !== 'ahead') return;
  e.waitUntil((async () => {
    await fresh('/keys.json').catch(() => {});
    for (let n = 1; n <= lists; n++) if (!(await fresh(`/status/${n}.json`).catch(() => null))?.ok) return;
  })());
});

self.addEventListener('fetch', (e) => {
  const url = new URL(e.request.url);
  if (e.request.method !== 'GET' || url.origin !== location.origin) return;
  const path = url.pathname === '/v' ? '/v/' : url.pathname;
  if (assets.includes(path)) e.respondWith(caches.match(path).then((found) => found ?? fetch(e.request)));
  else if (pages.includes(path)) e.respondWith(fetch(e.request).catch(() => caches.match(path)).then((answer) => answer ?? Response.error()));
  else if (path === '/keys.json' || /^\/status\/[0-9]+\.json$/.test(path)) e.respondWith(fresh(path));
});

// fresh asks the network, keeps what it answers, and else gives what was kept.
async function fresh(path) {
  const cache = await caches.open(data);
  try {
    const answer = await fetch(path, { cache: 'no-cache', credentials: 'omit', referrerPolicy: 'no-referrer', redirect: 'error' });
    if (answer.ok) await cache.put(path, answer.clone());
    if (answer.status < 500) return answer;
  } catch {
    // No network: what was kept, if anything.
  }
  return (await cache.match(path)) ?? Response.error();
}
