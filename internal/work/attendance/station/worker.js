// Keeps the shell of the station and its assets, and nothing of anybody.
const BUILD = KEPT[0].split('/')[2];
const CACHE = 'station-' + BUILD;
const SHELL = '/station';
const PATIENCE = 2500;

self.addEventListener('install', e => e.waitUntil((async () => {
  const cache = await caches.open(CACHE);
  await cache.addAll(KEPT);
  const r = await fetch(SHELL, { credentials: 'same-origin' });
  if (fine(r) && whole(r)) await cache.put(SHELL, r);
  await self.skipWaiting();
})()));

self.addEventListener('activate', e => e.waitUntil((async () => {
  const cache = await caches.open(CACHE);
  if (await cache.match(SHELL)) {
    for (const name of await caches.keys()) if (name.startsWith('station-') && name !== CACHE) await caches.delete(name);
  }
  await self.clients.claim();
})()));

// fine tells the shell from whatever else a network answers, such as a page that sells access.
const fine = r => r.ok && !r.redirected && !!r.headers.get('X-Station');
// whole tells the shell whose assets are kept here; that of a newer version is kept by its own worker.
const whole = r => r.headers.get('X-Station') === BUILD;

self.addEventListener('fetch', e => {
  const url = new URL(e.request.url);
  if (e.request.method !== 'GET' || url.origin !== location.origin) return;
  if (e.request.mode === 'navigate' && url.pathname === SHELL) e.respondWith(shell());
  else if (url.pathname.startsWith('/static/')) e.respondWith(asset(e.request));
});

async function shell() {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(SHELL) || await caches.match(SHELL);
  const live = fetch(SHELL, { credentials: 'same-origin' }).then(async r => {
    if (!fine(r)) throw new Error('not the shell');
    if (whole(r)) await cache.put(SHELL, r.clone());
    return r;
  });
  if (!kept) return live;
  live.catch(() => {});
  return Promise.race([live, new Promise(done => setTimeout(done, PATIENCE, kept.clone()))]).catch(() => kept);
}

async function asset(request) {
  const hit = await caches.match(request);
  if (hit) return hit;
  const r = await fetch(request);
  if (r.ok && r.status === 200) {
    const copy = r.clone();
    caches.open(CACHE).then(c => c.put(request, copy)).catch(() => {});
  }
  return r;
}
