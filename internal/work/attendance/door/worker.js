// Shows the codes that the page itself has kept, without a name, while the server does not answer.
const CACHE = 'code-' + KEPT[0].split('/')[2];
const PAGE = '/me/code';
const PATIENCE = 6000;

self.addEventListener('install', e => e.waitUntil((async () => {
  await (await caches.open(CACHE)).addAll(KEPT);
  await self.skipWaiting();
})()));

self.addEventListener('activate', e => e.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith('code-') && name !== CACHE) await caches.delete(name);
  await self.clients.claim();
})()));

self.addEventListener('fetch', e => {
  const url = new URL(e.request.url);
  if (e.request.method !== 'GET' || url.origin !== location.origin) return;
  if (e.request.mode === 'navigate' && url.pathname === PAGE) e.respondWith(page(e.request));
  else if (url.pathname.startsWith('/static/')) e.respondWith(asset(e.request));
});

async function codes() {
  if (!await caches.has('code')) return null;
  const kept = await (await caches.open('code')).match(PAGE);
  if (kept && Number(kept.headers.get('X-Until')) > Date.now()) return kept;
  await caches.delete('code');
  return null;
}

// page is the server's. Where it leads elsewhere nobody is signed in, and nothing stays; a server
// that is busy or broken says nothing about that.
async function page(request) {
  const kept = await codes();
  const live = fetch(request).then(async r => {
    if (kept && (r.status >= 500 || r.status === 429)) throw new Error('nobody behind the gate');
    if (!r.ok) await caches.delete('code');
    return r;
  });
  if (!kept) return live;
  live.catch(() => {});
  return Promise.race([live, new Promise(done => setTimeout(done, PATIENCE, kept.clone()))]).catch(() => kept);
}

async function asset(request) {
  return await (await caches.open(CACHE)).match(request) || fetch(request);
}
