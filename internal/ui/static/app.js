// Helps only: every page works without this file.
(() => {
  const on = (type, sel, fn, opt) => document.addEventListener(type, e => {
    const el = e.target.closest && e.target.closest(sel);
    if (el) fn(el, e);
  }, opt);

  document.documentElement.classList.add('js');

  on('click', '[data-print]', () => window.print());

  // shows or hides a password
  on('click', '[data-eye]', b => {
    const f = document.getElementById(b.dataset.eye);
    const hidden = f.type === 'password';
    f.type = hidden ? 'text' : 'password';
    b.setAttribute('aria-pressed', hidden);
    b.textContent = hidden ? b.dataset.hide : b.dataset.show;
  });

  // what this device keeps of essays is looked after by a script of its own, where there is any
  try {
    if (localStorage.getItem('essay.kept')) {
      const kept = document.createElement('script');
      kept.src = document.currentScript.src.replace('app.js', 'kept.js');
      document.head.append(kept);
    }
  } catch { /* nothing is kept */ }

  // personal codes that this device keeps go when their owner does
  const forget = () => { try { if (localStorage.getItem('code.of')) { localStorage.removeItem('code.of'); caches.delete('code'); } } catch { /* nothing is kept */ } };
  on('submit', 'form[action="/sign-out"]', forget);
  try {
    const me = document.body.dataset.me;
    if (me ? localStorage.getItem('code.of') !== me : document.querySelector('form[action^="/sign-in"]')) forget(); // a session may have been ended elsewhere
  } catch { /* nothing is kept */ }

  // menus close when the reader goes elsewhere
  const shut = keep => document.querySelectorAll('details.menu[open]').forEach(d => { if (d !== keep) d.open = false; });
  document.addEventListener('click', e => shut(e.target.closest('details.menu')));
  document.addEventListener('keydown', e => {
    if (e.key !== 'Escape') return;
    const d = document.querySelector('details.menu[open]');
    if (d) { d.open = false; d.querySelector('summary').focus(); }
  });

  // shift selects a range of boxes of one name
  let last = null;
  on('click', 'input[type=checkbox][data-bulk]', (box, e) => {
    const all = [...document.querySelectorAll('input[type=checkbox][data-bulk="' + CSS.escape(box.dataset.bulk) + '"]')];
    if (e.shiftKey && last && all.includes(last)) {
      const [a, b] = [all.indexOf(last), all.indexOf(box)].sort((x, y) => x - y);
      all.slice(a, b + 1).forEach(x => { if (x.checked !== box.checked) { x.checked = box.checked; x.dispatchEvent(new Event('change', {bubbles: true})); } });
    }
    last = box;
  });

  // sends a filter at once
  on('change', 'form[data-now]', f => f.requestSubmit());

  // a scanner types the next code while the last one is on its way
  document.addEventListener('htmx:before:request', e => {
    const f = e.target.closest && e.target.closest('form[data-clear]');
    if (!f) return;
    f.reset();
    const first = f.querySelector('[autofocus]');
    if (first) first.focus();
  });

  // two texts side by side: the other one follows to the passage at the top of this one
  let by = null;
  document.addEventListener('pointerenter', e => { const el = e.target.closest && e.target.closest('[data-linked]'); if (el) by = el; }, true);
  document.addEventListener('focusin', e => { by = e.target.closest('[data-linked]') || by; });
  document.addEventListener('scroll', e => {
    const me = e.target;
    if (me !== by || !me.dataset || !me.dataset.linked) return;
    const top = me.getBoundingClientRect().top;
    const mark = [...me.querySelectorAll('[data-passage]')].find(m => m.getBoundingClientRect().bottom > top + 8);
    if (!mark) return;
    document.querySelectorAll('[data-linked="' + me.dataset.linked + '"]').forEach(o => {
      if (o === me) return;
      const to = o.querySelector('[data-passage="' + mark.dataset.passage + '"]');
      if (to) o.scrollTop += to.getBoundingClientRect().top - o.getBoundingClientRect().top - (mark.getBoundingClientRect().top - top);
    });
  }, {capture: true, passive: true});

  // a draft is sent a moment after the last key, to the address in data-autosave
  const wait = new WeakMap();
  on('input', 'form[data-autosave]', f => {
    clearTimeout(wait.get(f));
    wait.set(f, setTimeout(async () => {
      const told = f.querySelector('[data-saved]');
      try {
        const r = await fetch(f.dataset.autosave, {method: 'POST', body: new FormData(f), headers: {'X-Autosave': '1'}});
        if (told) told.textContent = r.ok ? told.dataset.saved + ' ' + new Date().toTimeString().slice(0, 5) : told.dataset.failed || '';
      } catch { if (told) told.textContent = told.dataset.failed || ''; }
    }, 1200));
  });
})();
