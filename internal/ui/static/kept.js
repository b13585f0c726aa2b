// Essays kept on this device: sealed under a key that the server gives to their writer alone.
// Whoever signs in next takes them away; a session that is over takes the key, and without a network
// its time alone does.
(() => {
  if (window.essays) return;
  const essays = window.essays = (() => {
    const stores = ['keys', 'pages', 'texts'], flag = 'essay.kept';
    const any = () => { try { return localStorage.getItem(flag) === '1'; } catch { return true; } };
    const mark = v => { try { if (v) localStorage.setItem(flag, '1'); else localStorage.removeItem(flag); } catch { /* any is true */ } };
    let opened;
    const base = () => opened = opened || new Promise((done, fail) => {
      const r = indexedDB.open('quantriet-essay', 1);
      r.onupgradeneeded = () => stores.forEach(s => r.result.createObjectStore(s));
      r.onsuccess = () => { r.result.onversionchange = () => r.result.close(); done(r.result); };
      r.onerror = () => { opened = null; fail(r.error); };
    });
    const run = async (mode, fn) => {
      const d = await base();
      return new Promise((done, fail) => {
        const t = d.transaction(stores, mode);
        t.oncomplete = () => done(out && out.result);
        t.onabort = t.onerror = () => fail(t.error);
        const out = fn(s => t.objectStore(s));
      });
    };
    const each = (store, fn) => { store.getAllKeys().onsuccess = e => e.target.result.forEach(k => fn(store, k)); };
    const del = (store, owner, task) => run('readwrite', s => { s(store).delete(owner + '.' + task); }).catch(() => {});
    // a key opens until the session ends, and seals what is still typed after that
    const live = r => r && r.k && Date.now() < r.until;
    const key = async (owner, raw, left) => {
      try {
        mark(true);
        const k = await crypto.subtle.importKey('raw', Uint8Array.from(atob(raw), c => c.charCodeAt(0)), 'AES-GCM', false, ['encrypt', 'decrypt']);
        await run('readwrite', s => { s('keys').clear(); s('keys').put({ k, until: Date.now() + left }, owner); });
      } catch { /* nothing can be kept here: put says so */ }
    };
    // the server told for how long from now; 0: the session is over, and personal codes go with it
    const last = (owner, left) => {
      if (!left && window.caches) caches.delete('code').catch(() => {});
      return run('readwrite', s => {
        s('keys').get(owner).onsuccess = e => { const r = e.target.result; if (r) s('keys').put({ ...r, until: Date.now() + left }, owner); };
      }).catch(() => {});
    };
    const lock = () => run('readwrite', s => { s('keys').clear(); }).catch(() => {});
    const owner = async () => {
      const [name] = await names('keys'), r = name && await run('readonly', s => s('keys').get(name)).catch(() => null);
      if (live(r)) return name;
      if (name) await lock();
    };
    const put = async (store, owner, task, v) => {
      try {
        const { k } = await run('readonly', s => s('keys').get(owner)), iv = crypto.getRandomValues(new Uint8Array(12));
        const data = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, k, new TextEncoder().encode(JSON.stringify(v)));
        let there = false;
        await run('readwrite', s => { s('keys').getKey(owner).onsuccess = e => { if ((there = !!e.target.result)) s(store).put({ iv, data }, owner + '.' + task); }; });
        return there;
      } catch { return false; }
    };
    const get = async (store, owner, task) => {
      try {
        const r = await run('readonly', s => s('keys').get(owner)), row = live(r) && await run('readonly', s => s(store).get(owner + '.' + task));
        if (!row) return null;
        try { return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt({ name: 'AES-GCM', iv: row.iv }, r.k, row.data))); } catch { await del(store, owner, task); }
      } catch { /* nothing is kept here */ }
      return null;
    };
    const names = store => run('readonly', s => s(store).getAllKeys()).catch(() => []);
    return { any, key, last, lock, owner, put, get, del, names,
      drop: async (owner, task) => { if (any()) { await del('pages', owner, task); await del('texts', owner, task); } },
      only: owner => run('readwrite', s => stores.forEach(n => each(s(n), (store, k) => { if (k.split('.')[0] !== owner) store.delete(k); }))).catch(() => {}),
      empty: async () => { await run('readwrite', s => stores.forEach(n => s(n).clear())); mark(false); } };
  })();
  if (essays.any()) {
    const me = document.body.dataset.me;
    if (me) essays.only(me);
    else if (document.querySelector('form[action="/sign-in"]')) essays.lock();
  }

  // who signs out leaves no essay on the device: what is not sent yet is sent first, and what is not
  // safe elsewhere is shown, not thrown away
  const send = async name => {
    const [owner, task] = name.split('.');
    const d = await essays.get('texts', owner, task);
    if (d && d.sent) return '';
    const there = '/me/essays/' + task;
    if (!d) return there; // sealed since an earlier session: its page has the key
    try {
      const r = await fetch('/api/v1' + there + '/draft', { method: 'PUT', headers: { 'Content-Type': 'application/json' }, signal: AbortSignal.timeout(4000),
        body: JSON.stringify({ essay: d.essay, base: d.base, tab: d.tab, step: d.step + 1, answers: d.answers }) });
      if (r.status === 401) await essays.last(owner, 0);
      return r.status === 404 || r.ok && (await r.json()).verdict !== 'clash' ? '' : there;
    } catch { return there; }
  };
  document.addEventListener('submit', e => {
    const form = e.target;
    if (!essays.any() || form.getAttribute('action') !== '/sign-out') return;
    e.preventDefault();
    (async () => {
      await essays.writing;
      const unsafe = (await Promise.all((await essays.names('texts')).map(send))).find(x => x);
      if (unsafe) { location.href = unsafe; return; }
      await essays.empty().catch(() => {});
      form.submit();
    })();
  });
})();
