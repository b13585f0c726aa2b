// Helps for writing and marking essays: the pages work without this file.
(() => {
  const $ = (sel, root) => (root || document).querySelector(sel);
  const all = (sel, root) => [...(root || document).querySelectorAll(sel)];

  // ---- writing: kept on this device at once, sent a moment after the last key, never over a newer text
  const form = $('form[data-essay]');
  const key = task => 'essay.' + form.dataset.owner + '.' + task;
  const cleared = $('[data-clear-draft]');
  const store = {
    get: k => { try { return JSON.parse(localStorage.getItem(k)); } catch { return null; } },
    set: (k, v) => { try { localStorage.setItem(k, JSON.stringify(v)); } catch { /* full or forbidden: the page still holds the text */ } },
    del: k => { try { localStorage.removeItem(k); } catch { /* nothing was kept */ } },
  };
  if (cleared) store.del('essay.' + cleared.dataset.clearDraft);

  if (form) {
    const task = form.dataset.essay, k = key(task);
    // what somebody else left on this device is nobody's business
    try { Object.keys(localStorage).filter(o => o.startsWith('essay.') && !o.startsWith('essay.' + form.dataset.owner + '.')).forEach(store.del); } catch { /* nothing was kept */ }
    const boxes = all('textarea[name=answer]', form), state = $('[data-state]', form), counter = $('[data-count]', form);
    const panel = $('[data-clash]'), field = n => form.elements[n];
    const answers = () => boxes.map(b => b.value);
    const same = (a, b) => a.length === b.length && a.every((x, i) => x.trim() === (b[i] || '').trim());
    const say = text => { if (state) state.textContent = text; };
    const clock = () => new Date().toTimeString().slice(0, 5);
    let sent = answers(), timer = 0, busy = false, other = null;

    const count = () => {
      const n = answers().join(' ').split(/\s+/).filter(w => /[\p{L}\p{N}]/u.test(w)).length;
      const b = counter && $('b', counter);
      if (b) b.textContent = n.toLocaleString(document.documentElement.lang === 'en' ? 'en' : 'vi');
      if (counter) counter.classList.toggle('few', n < +form.dataset.least);
    };
    const grow = b => { b.style.height = 'auto'; b.style.height = Math.max(b.scrollHeight + 4, 160) + 'px'; };
    const keep = () => store.set(k, { essay: field('essay').value, tab: field('tab').value, task, step: +field('step').value, base: +field('base').value, answers: answers() });

    const clash = draft => {
      other = draft;
      const list = $('[data-other]', panel);
      list.replaceChildren(...draft.answers.map((a, i) => {
        const d = document.createElement('div');
        d.className = 'es-o';
        d.textContent = a;
        return a.trim() && a.trim() !== (answers()[i] || '').trim() ? d : document.createTextNode('');
      }));
      panel.hidden = false;
      panel.scrollIntoView({ block: 'nearest' });
    };

    const save = async () => {
      if (busy || other) return;
      const now = answers();
      if (same(now, sent)) return;
      busy = true;
      const step = +field('step').value + 1;
      field('step').value = step;
      keep();
      say(form.dataset.saving);
      try {
        const r = await fetch('/api/v1/me/essays/' + task + '/draft', { method: 'PUT', headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ essay: field('essay').value, base: +field('base').value, tab: field('tab').value, step, answers: now }) });
        if (!r.ok) { say(form.dataset.refused); busy = false; return; }
        const out = await r.json();
        if (out.verdict === 'clash') { busy = false; clash(out.draft); return; }
        field('base').value = out.draft.serial;
        field('essay').value = out.essay;
        sent = now;
        if (same(answers(), now)) store.del(k);
        say(form.dataset.saved + ' ' + clock());
      } catch {
        say(form.dataset.offline);
        clearTimeout(timer);
        timer = setTimeout(save, 8000);
      }
      busy = false;
    };

    const later = () => { clearTimeout(timer); timer = setTimeout(save, 2500); };
    boxes.forEach(b => { grow(b); b.addEventListener('input', () => { grow(b); count(); keep(); later(); }); });
    addEventListener('online', save);
    document.addEventListener('visibilitychange', () => { if (document.hidden) save(); });
    form.addEventListener('submit', () => { clearTimeout(timer); busy = true; });

    // what was typed without network, or before the window was closed, comes back
    const kept = store.get(k);
    if (kept && kept.answers && !same(kept.answers, sent)) {
      const mine = kept.base === +field('base').value;
      if (mine) {
        field('tab').value = kept.tab;
        field('step').value = kept.step;
        kept.answers.forEach((a, i) => { if (boxes[i]) { boxes[i].value = a; grow(boxes[i]); } });
        say(form.dataset.restored);
        later();
      } else {
        clash({ answers: kept.answers, serial: +field('base').value, local: true });
      }
    }
    if (panel) {
      $('[data-keep]', panel).addEventListener('click', () => {
        field('base').value = other.serial;
        if (other.local) store.del(k);
        other = null; panel.hidden = true; sent = []; save();
      });
      $('[data-take]', panel).addEventListener('click', () => {
        boxes.forEach((b, i) => { b.value = other.answers[i] || ''; grow(b); });
        field('base').value = other.serial;
        const local = other.local;
        other = null; panel.hidden = true; count();
        if (local) { sent = []; save(); } else { sent = answers(); store.del(k); }
      });
    }
    count();
  }

  // ---- marking: the keyboard alone
  const room = $('[data-marking]');
  if (room) {
    const mark = $('form[data-mark]');
    const scores = mark ? all('input[data-most]', mark) : [];
    const typing = el => el && (el.tagName === 'TEXTAREA' || el.tagName === 'SELECT' || el.tagName === 'INPUT' && !el.dataset.most);
    const go = sel => { const a = $(sel, room); if (a) a.click(); };
    let current = scores.findIndex(s => !s.value);
    const show = i => {
      current = i;
      scores.forEach((s, n) => s.closest('.mk-s').classList.toggle('on', n === i));
    };
    if (scores.length) show(Math.max(current, 0));
    scores.forEach((s, i) => s.addEventListener('focus', () => show(i)));

    // the place of the selection in the text, in code points
    const selection = () => {
      const sel = getSelection();
      if (!sel || sel.isCollapsed || !$('[data-body]').contains(sel.anchorNode)) return null;
      const words = sel.toString().replace(/\s*\d+\s*$/gm, m => m).trim();
      const part = (sel.anchorNode.parentElement || room).closest('[data-from]');
      return { words, at: part ? +part.dataset.from : 0 };
    };
    const remark = () => {
      const box = $('[data-remark]'), s = selection();
      box.open = true;
      if (s) {
        box.querySelector('[name=quote]').value = s.words;
        box.querySelector('[name=at]').value = s.at;
      }
      box.querySelector(s ? '[name=text]' : '[name=quote]').focus();
    };

    document.addEventListener('keydown', e => {
      if (e.ctrlKey || e.metaKey || e.altKey || typing(e.target)) return;
      const digit = /^[0-5]$/.test(e.key);
      if (e.target.dataset && e.target.dataset.most && !digit && e.key !== 'Enter' && !/^[jkcr]$/.test(e.key)) return;
      if (digit && scores[current]) {
        const s = scores[current], tenths = 2 * s.dataset.most * +e.key;
        s.value = (tenths / 10).toString().replace('.', document.documentElement.lang === 'en' ? '.' : ',');
        e.preventDefault();
        if (current + 1 < scores.length) { show(current + 1); if (document.activeElement.dataset.most) scores[current].focus(); }
        return;
      }
      const what = { j: () => go('[data-next]'), k: () => go('[data-before]'), c: remark,
        r: () => { const d = $('[data-return] details'); if (d) { d.open = true; d.querySelector('input[name=why]').focus(); } },
        Enter: () => { if (mark && scores.every(s => s.value)) mark.requestSubmit($('button[value=next]', mark)); } }[e.key];
      if (what && !(e.key === 'Enter' && e.target.closest('a, button, summary'))) { e.preventDefault(); what(); }
    });
  }
})();
