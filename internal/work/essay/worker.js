// Keeps the shell of the writing page and its assets, and nothing of anybody.
const CACHE = 'essay-' + KEPT[0].split('/')[2];
const SHELL = '/me/essays/offline';
const PATIENCE = 10000;
const OURS = /^\/me\/essays(\/[0-9A-Za-z]{13})?$/;

self.addEventListener('install', e => e.waitUntil((async () => {
  const cache = await caches.open(CACHE);
  await cache.addAll(KEPT);
  const r = await fetch(SHELL, { credentials: 'same-origin' });
  if (!r.ok || r.redirected || r.headers.get('X-Essay-Shell') !== '1') throw new Error('not the shell');
  await cache.put(SHELL, r);
  await self.skipWaiting();
})()));

self.addEventListener('activate', e => e.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith('essay-') && name !== CACHE) await caches.delete(name);
  await self.clients.claim();
})()));

self.addEventListener('fetch', e => {
  const url = new URL(e.request.url);
  if (e.request.method !== 'GET' || url.origin !== location.origin) return;
  if (e.request.mode === 'navigate' && OURS.test(url.pathname)) e.respondWith(page(e.request));
  else if (url.pathname.startsWith('/static/')) e.respondWith(asset(e.request));
});

// page is the server's; while it does not answer, the shell.
async function page(request) {
  const kept = await (await caches.open(CACHE)).match(SHELL);
  if (!kept) return fetch(request);
  const live = fetch(request).then(r => {
    if (r.status >= 502 && r.status <= 504) throw new Error('nobody behind the gate');
    return r;
  });
  live.catch(() => {});
  return Promise.race([live, new Promise(done => setTimeout(done, PATIENCE, kept))]).catch(() => kept);
}

async function asset(request) {
  return await (await caches.open(CACHE)).match(request) || fetch(request);
}
