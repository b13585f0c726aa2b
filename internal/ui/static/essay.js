// Helps for writing and marking essays: the pages work without this file.
(() => {
  const $ = (sel, root) => (root || document).querySelector(sel);
  const all = (sel, root) => [...(root || document).querySelectorAll(sel)];

  // ---- writing: kept on this device at once, sent a moment after the last key, never over a newer text
  const essays = window.essays;
  const cleared = $('[data-clear-draft]');
  if (cleared) essays.drop(...cleared.dataset.clearDraft.split('.'));

  // the time to write is over, and something on this device never got through: it is shown, to be copied
  const late = $('[data-kept]');
  if (late && essays.any()) (async () => {
    const [owner, task] = late.dataset.kept.split('.'), drop = () => essays.drop(owner, task);
    await essays.key(owner, late.dataset.lock, +late.dataset.left);
    const unsent = await essays.get('texts', owner, task);
    if (!unsent || unsent.sent || !unsent.answers.some(a => a.trim())) return drop();
    $('[data-other]', late).textContent = unsent.answers.filter(a => a.trim()).join('\n\n');
    $('[data-drop]', late).addEventListener('click', () => { drop(); late.hidden = true; });
    late.hidden = false;
  })();

  // the page itself, to be opened without network: it and the texts lie sealed, the worker keeps only a shell
  const picture = form => {
    const root = document.documentElement, copy = form.closest('.es').cloneNode(true);
    ['data-lock', 'data-left'].forEach(n => $('form[data-essay]', copy).removeAttribute(n));
    return { title: $('.ph-title h1').textContent, html: copy.outerHTML, look: [root.lang, root.dataset.bsTheme, root.className] };
  };
  const prepare = async (form, page) => {
    const { owner, essay: task } = form.dataset;
    if (location.pathname !== '/me/essays/' + task || !('serviceWorker' in navigator)) return;
    await navigator.serviceWorker.register('/me/essays/worker.js', { scope: '/me/essays' });
    if (await essays.put('pages', owner, task, page) && await navigator.serviceWorker.ready) form.dataset.ready = '1';
  };
  // in the shell: is our server there again? Then the page itself takes over, and sends
  const there = async () => {
    try {
      const r = await fetch('/api/v1/me/essays', { headers: { Accept: 'application/json' }, cache: 'no-store', redirect: 'error', signal: AbortSignal.timeout(8000) });
      return r.status < 500 && r.status !== 429 && /json/.test(r.headers.get('Content-Type') || '');
    } catch { return false; }
  };
  const again = ready => {
    let timer = 0;
    const look = async () => {
      clearTimeout(timer);
      if (await there() && await ready()) { location.reload(); return; }
      clearTimeout(timer);
      timer = setTimeout(look, 8000 + Math.random() * 8000);
    };
    addEventListener('online', look);
    timer = setTimeout(look, 8000 + Math.random() * 8000);
  };

  const write = async (form, off) => {
    const { owner, essay: task } = form.dataset, page = picture(form);
    const boxes = all('textarea[name=answer]', form), state = $('[data-state]', form), counter = $('[data-count]', form);
    const panel = $('[data-clash]'), field = n => form.elements[n];
    const answers = () => boxes.map(b => b.value);
    const same = (a, b) => a.length === b.length && a.every((x, i) => x.trim() === (b[i] || '').trim());
    const say = text => { if (state) state.textContent = text; };
    const clock = () => new Date().toTimeString().slice(0, 5);
    let sent = answers(), timer = 0, busy = false, other = null, held = true, next = null, keeping = null, typed = 0;

    const count = () => {
      const n = answers().join(' ').split(/\s+/).filter(w => /[\p{L}\p{N}]/u.test(w)).length;
      const b = counter && $('b', counter);
      if (b) b.textContent = n.toLocaleString(document.documentElement.lang === 'en' ? 'en' : 'vi');
      if (counter) counter.classList.toggle('few', n < +form.dataset.least);
    };
    const grow = b => { b.style.height = 'auto'; b.style.height = Math.max(b.scrollHeight + 4, 160) + 'px'; };
    const fill = list => list.forEach((a, i) => { if (boxes[i] && boxes[i].value !== a) { boxes[i].value = a; grow(boxes[i]); } });
    const adopt = v => { ['base', 'tab', 'step'].forEach(n => { field(n).value = v[n]; }); fill(v.answers); };

    // two windows of one browser are one writer: what one keeps the other shows
    const line = window.BroadcastChannel && new BroadcastChannel('essay.' + owner + '.' + task);
    const keep = () => {
      next = { essay: field('essay').value, tab: field('tab').value, step: +field('step').value, base: +field('base').value, answers: answers() };
      next.sent = same(next.answers, sent);
      if (line) line.postMessage(next);
      return essays.writing = keeping = keeping || (async () => {
        while (next) { const v = next; next = null; held = await essays.put('texts', owner, task, v); }
        keeping = null;
      })();
    };
    if (line) line.onmessage = ({ data: v }) => {
      if (other) return;
      if (document.hasFocus()) { field('step').value = Math.max(+field('step').value, v.step); return; }
      adopt(v);
      field('essay').value = v.essay;
      if (v.sent) sent = v.answers;
      count();
    };

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
      say(form.dataset.two);
      panel.scrollIntoView({ block: 'nearest' });
    };

    const save = async () => {
      if (busy || other || off) return;
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
        if (r.status === 429 || r.status > 500) throw r; // busy: again in a moment
        if (r.status === 401) await essays.last(owner, 0);
        if (!r.ok) { say(r.status === 401 ? form.dataset.away : form.dataset.refused); busy = false; return; }
        const out = await r.json();
        await essays.last(owner, out.session_left);
        if (out.verdict === 'clash') { busy = false; clash(out.draft); return; }
        field('base').value = out.draft.serial;
        field('essay').value = out.essay;
        sent = now;
        keep();
        say(form.dataset.saved + ' ' + clock());
      } catch (e) {
        say(e.status ? form.dataset.busy : form.dataset.offline);
        clearTimeout(timer);
        timer = setTimeout(save, 8000);
      }
      busy = false;
    };

    const later = () => { clearTimeout(timer); timer = setTimeout(save, 2500); };
    boxes.forEach(b => { grow(b); b.addEventListener('input', () => { grow(b); count(); typed = Date.now(); keep().then(() => { if (off || !held) say(held ? form.dataset.offline : form.dataset.unheld); }); if (!off) later(); }); });
    addEventListener('online', save);
    document.addEventListener('visibilitychange', () => { if (document.hidden) save(); });
    form.addEventListener('submit', e => {
      keep();
      if (off || !navigator.onLine) { e.preventDefault(); say(form.dataset.later); return; }
      clearTimeout(timer);
      busy = true;
    });
    addEventListener('pageshow', () => { busy = false; });
    addEventListener('beforeunload', e => { if (!busy && !held && !same(answers(), sent)) e.preventDefault(); });
    if (panel) {
      const settle = () => { field('base').value = other.serial; other = null; panel.hidden = true; count(); };
      $('[data-keep]', panel).addEventListener('click', () => { settle(); sent = []; save(); });
      $('[data-both]', panel).addEventListener('click', () => {
        fill(boxes.map((b, i) => {
          const [a, o] = [b.value.trim(), (other.answers[i] || '').trim()];
          return !o || a.includes(o) ? a : o.includes(a) ? o : a + '\n\n' + o;
        }));
        settle(); sent = []; save();
      });
      $('[data-take]', panel).addEventListener('click', () => { fill(boxes.map((b, i) => other.answers[i] || '')); settle(); sent = answers(); keep(); });
    }
    count();

    // what was typed without network, or before the window was closed, comes back; whether another
    // device wrote meanwhile the server says, and then both texts are shown
    boxes.forEach(b => { b.readOnly = true; });
    if (!off) {
      await essays.only(owner); // what somebody else left on this device is nobody's business
      await essays.key(owner, form.dataset.lock, +form.dataset.left);
    }
    const was = await essays.get('texts', owner, task);
    if (was && (off || !was.sent && !same(was.answers, sent))) {
      adopt(was);
      if (was.sent) sent = was.answers;
      say(off ? form.dataset.offline : form.dataset.restored);
    } else if (was) await essays.del('texts', owner, task);
    boxes.forEach(b => { b.readOnly = false; });
    count();
    form.held = async () => { await essays.writing; return held; };
    if (off) { again(async () => { if (Date.now() - typed < 3000) return false; await keep(); return held; }); return; }
    if (!same(answers(), sent)) { clearTimeout(timer); timer = setTimeout(save, 200); }
    prepare(form, page).catch(() => {}); // a browser that keeps nothing writes all the same
  };

  // ---- the shell: opened without network, it shows what this device keeps of who last wrote here
  const offline = async off => {
    const task = location.pathname.split('/')[3] || '', owner = await essays.owner();
    const note = n => all('[data-off-note]', off).forEach(x => { x.hidden = x.dataset.offNote !== n; });
    const title = text => { $('.ph-title h1').textContent = document.title = text; };
    const page = owner && task && await essays.get('pages', owner, task);
    off.hidden = false;
    if (page) {
      const root = document.documentElement;
      [root.lang, root.dataset.bsTheme, root.className] = page.look;
      title(page.title);
      $('[data-off-page]').innerHTML = page.html;
      all('[data-off-page] [data-online]').forEach(x => x.remove());
      await write($('form[data-essay]'), true);
      const close = async () => { // what is typed is sealed already; what could not be stays on the page
        if (await essays.owner() || !await $('form[data-essay]').held()) return;
        location.reload();
      };
      setInterval(close, 20000);
      document.addEventListener('visibilitychange', () => { if (!document.hidden) close(); });
      return note('page');
    }
    const list = owner ? (await essays.names('pages')).map(k => k.split('.')[1]) : [];
    for (const t of list) {
      const a = document.createElement('a'), p = await essays.get('pages', owner, t);
      if (!p) continue;
      a.className = 'bigbtn';
      a.href = '/me/essays/' + t;
      a.textContent = p.title;
      $('[data-off-list]', off).append(a);
    }
    note(list.length ? 'list' : !owner && (await essays.names('pages')).length ? 'locked' : 'none');
    again(async () => true);
  };
  const form = $('form[data-essay]'), off = $('[data-off]');
  if (off) offline(off);
  else if (form) write(form, false);

  // ---- the queue: j or Enter begins
  const begin = $('[data-begin]');
  if (begin) document.addEventListener('keydown', e => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.target !== document.body) return;
    if (e.key === 'j' || e.key === 'Enter') { e.preventDefault(); begin.click(); }
  });

  // ---- marking: the keyboard alone
  const room = $('[data-marking]');
  if (room) {
    const mark = $('form[data-mark]');
    const scores = mark ? all('input[data-most]', mark) : [];
    const score = el => el && el.dataset && el.dataset.most;
    const typing = el => el && (el.tagName === 'TEXTAREA' || el.tagName === 'SELECT' || el.tagName === 'INPUT' && !score(el));
    const go = sel => { const a = $(sel, room); if (a) a.click(); };
    let current = scores.findIndex(s => !s.value);
    const show = i => {
      current = i;
      scores.forEach((s, n) => s.closest('.mk-s').classList.toggle('on', n === i));
    };
    if (scores.length) show(Math.max(current, 0));
    scores.forEach((s, i) => s.addEventListener('focus', () => show(i)));

    // what was judged stays while a remark is saved or the page is left by mistake
    const note = mark && 'mark.' + mark.elements.version.value;
    const fields = () => mark ? [...scores, ...all('textarea', mark)] : [];
    const tab = { get: () => { try { return JSON.parse(sessionStorage.getItem(note)); } catch { return null; } },
      set: v => { try { sessionStorage.setItem(note, JSON.stringify(v)); } catch { /* the page still holds it */ } } };
    if (mark) {
      const was = tab.get();
      if (was && !was.given) fields().forEach(f => { if (!f.value && was[f.name]) f.value = was[f.name]; });
      if (was && was.given) tab.set({});
      if (scores.length) show(Math.max(scores.findIndex(s => !s.value), 0));
      const hold = () => tab.set(Object.fromEntries(fields().map(f => [f.name, f.value])));
      mark.addEventListener('input', hold);
      mark.addEventListener('level', hold);
      mark.addEventListener('submit', () => tab.set({ given: true }));
    }

    // sentence by sentence: n and p choose one as the mouse would
    let lines = null, line = -1;
    const sentences = () => all('[data-from] p').flatMap(p => {
      const nodes = [], walk = document.createTreeWalker(p, NodeFilter.SHOW_TEXT, { acceptNode: t => t.parentElement.closest('.mk-n') ? 2 : 1 });
      let text = '';
      while (walk.nextNode()) { nodes.push([walk.currentNode, text.length]); text += walk.currentNode.data; }
      const at = i => { const [t, from] = nodes.findLast(([, f]) => f <= i); return [t, i - from]; };
      return [...text.matchAll(/\S[^.!?…]*[.!?…”"’)]*/g)].map(m => {
        const r = document.createRange();
        r.setStart(...at(m.index));
        const [t, n] = at(m.index + m[0].trimEnd().length - 1);
        r.setEnd(t, n + 1);
        return r;
      });
    });
    const step = by => {
      lines = lines || sentences();
      if (!lines.length) return;
      line = Math.min(Math.max(line + by, 0), lines.length - 1);
      const sel = getSelection();
      sel.removeAllRanges();
      sel.addRange(lines[line]);
      lines[line].startContainer.parentElement.scrollIntoView({ block: 'center' });
    };

    // the place of the selection in the text, in code points
    const selection = () => {
      const sel = getSelection();
      if (!sel || sel.isCollapsed || !$('[data-body]').contains(sel.anchorNode)) return null;
      const cut = sel.getRangeAt(0).cloneContents(); // without the numbers of earlier remarks
      all('.mk-n', cut).forEach(a => a.remove());
      all('p', cut).forEach(p => p.prepend('\n'));
      const words = cut.textContent.trim();
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
      const open = e.target.closest && e.target.closest('details[open]');
      if (e.key === 'Enter' && (e.ctrlKey || e.metaKey) && typing(e.target)) { e.preventDefault(); e.target.form.requestSubmit($('button[value=next]', e.target.form)); return; }
      if (e.key === 'Escape' && typing(e.target)) { if (open) open.open = false; e.target.blur(); return; }
      if (e.ctrlKey || e.metaKey || e.altKey || typing(e.target)) return;
      const digit = /^[0-5]$/.test(e.key) && !score(e.target); // in the box itself points are written as they are
      if (score(e.target) && !/^(Enter|[jkcrnp])$/.test(e.key)) return;
      if (digit && scores[current]) {
        const s = scores[current], tenths = 2 * s.dataset.most * +e.key;
        s.value = (tenths / 10).toString().replace('.', document.documentElement.lang === 'en' ? '.' : ',');
        mark.dispatchEvent(new Event('level'));
        e.preventDefault();
        if (current + 1 < scores.length) show(current + 1);
        return;
      }
      const what = { n: () => step(1), p: () => step(-1), j: () => go('[data-next]'), k: () => go('[data-before]'), c: remark,
        r: () => { const d = $('[data-return] details'); if (d) { d.open = true; d.querySelector('input[name=why]').focus(); } },
        Enter: () => {
          const blank = scores.findIndex(s => !s.value);
          if (blank >= 0) { show(blank); scores[blank].focus(); } else if (mark) mark.requestSubmit($('button[value=next]', mark));
        } }[e.key];
      if (what && !(e.key === 'Enter' && e.target.closest('a, button, summary'))) { e.preventDefault(); what(); }
    });
  }
})();
