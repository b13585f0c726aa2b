// Keeps the personal codes of this page for two days, without a name, so that they can be shown where
// there is no network. Whoever signs in next takes them away, and so does signing out.
(async () => {
  const box = document.querySelector('[data-code]');
  if (!box || !('serviceWorker' in navigator) || !window.caches) return;
  const page = '/me/code', mark = box.dataset.code, note = document.getElementById('code-kept');
  if (!mark) { await caches.delete('code'); return; }
  try {
    const cache = await caches.open('code'), had = await cache.match(page);
    if (!had || had.headers.get('X-Code') !== mark) {
      await cache.delete(page);
      const r = await fetch('/me/code/kept', { cache: 'no-store', credentials: 'same-origin', redirect: 'error' });
      if (!r.ok || r.headers.get('X-Code') !== mark) return;
      const headers = new Headers(r.headers);
      ['Content-Encoding', 'Content-Length'].forEach(h => headers.delete(h));
      headers.set('X-Until', Date.now() + Number(r.headers.get('X-Keep')));
      localStorage.setItem('code.of', document.body.dataset.me);
      await cache.put(page, new Response(await r.text(), { headers }));
    }
    await navigator.serviceWorker.register('/me/code/worker.js', { scope: page });
    await navigator.serviceWorker.ready;
    note.hidden = false;
  } catch { /* nothing is kept, and nothing says so */ }
})();
