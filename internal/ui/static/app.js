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

  // who signs out leaves no essay on the device: what is not sent yet is sent first
  const drafts = () => { try { return Object.keys(localStorage).filter(k => k.startsWith('essay.')); } catch { return []; } };
  const send = k => {
    try {
      const d = JSON.parse(localStorage.getItem(k));
      return fetch('/api/v1/me/essays/' + d.task + '/draft', { method: 'PUT', headers: { 'Content-Type': 'application/json' }, signal: AbortSignal.timeout(4000),
        body: JSON.stringify({ essay: d.essay, base: d.base, tab: d.tab, step: d.step + 1, answers: d.answers }) });
    } catch { return null; }
  };
  on('submit', 'form[action="/sign-out"]', (form, e) => {
    const kept = drafts();
    if (!kept.length) return;
    e.preventDefault();
    Promise.allSettled(kept.map(send)).then(async done => {
      for (const [i, d] of done.entries()) { // what is not safe elsewhere is shown, not thrown away
        const r = d.value;
        if (d.status === 'rejected' || r && (r.status === 409 || r.ok && (await r.json()).verdict === 'clash')) { location.href = '/me/essays/' + kept[i].split('.')[2]; return; }
      }
      kept.forEach(k => localStorage.removeItem(k));
      form.submit();
    });
  });

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
