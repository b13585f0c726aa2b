// Live boards: what the server sends replaces the parts that changed. The page works without this file.
(() => {
  const box = document.querySelector('[data-stream]');
  if (!box || !window.EventSource) return;
  const light = document.querySelector('[data-light]');
  let source, heard = 0, wait = 2000;

  const show = on => {
    if (!light) return;
    light.className = 'sync ' + (on ? 'on' : 'off');
    light.querySelector('[data-word]').textContent = on ? light.dataset.on : light.dataset.off;
  };

  // Only parts that differ are replaced, so that scrolling, focus and selection elsewhere stay.
  const swap = html => {
    const fresh = document.createElement('template');
    fresh.innerHTML = html;
    const parts = [...fresh.content.children], old = [...box.children];
    if (parts.length !== old.length || parts.some((p, i) => p.id !== old[i].id)) { box.replaceChildren(...parts); return; }
    parts.forEach((p, i) => {
      if (p.outerHTML === old[i].outerHTML) return;
      const scroll = old[i].querySelector('.scroll'), at = scroll && [scroll.scrollTop, scroll.scrollLeft];
      const focus = old[i].contains(document.activeElement) && document.activeElement.getAttribute('href');
      old[i].replaceWith(p);
      if (at) { const s = p.querySelector('.scroll'); if (s) [s.scrollTop, s.scrollLeft] = at; }
      if (focus) { const f = p.querySelector('a[href="' + CSS.escape(focus) + '"]'); if (f) f.focus({preventScroll: true}); }
    });
  };

  const open = () => {
    source = new EventSource(box.dataset.stream);
    source.onopen = () => { heard = Date.now(); wait = 2000; show(true); };
    source.onmessage = e => { heard = Date.now(); swap(e.data); };
    source.addEventListener('beat', () => { heard = Date.now(); });
    source.onerror = () => {
      show(false);
      if (source.readyState === EventSource.CLOSED) again(); // refused: signed out, or too many watch
    };
    heard = Date.now();
  };
  const again = () => {
    source.close();
    setTimeout(open, wait * (0.7 + 0.6 * Math.random()));
    wait = Math.min(2 * wait, 60000);
  };
  open();
  // a line that died without a word
  setInterval(() => { if (source.readyState === EventSource.OPEN && Date.now() - heard > 40000) { show(false); again(); } }, 5000);

  // a wall does not fall asleep
  const awake = () => { if (document.visibilityState === 'visible') navigator.wakeLock.request('screen').catch(() => {}); };
  if (document.body.classList.contains('wall') && navigator.wakeLock) { awake(); document.addEventListener('visibilitychange', awake); }
})();
