// A station works without a network: what it knows and what it has not sent lies in IndexedDB,
// encrypted under a key that the browser does not give out. Plain ES2017.
(() => {
	'use strict';
	const $ = (s, r) => (r || document).querySelector(s);
	const el = (tag, cls, text) => { const e = document.createElement(tag); if (cls) e.className = cls; if (text !== undefined) e.textContent = text; return e; };
	const write = (sel, s) => { $(sel).textContent = s; };
	const on = (e, type, fn) => e.addEventListener(type, fn);
	const subtle = window.crypto && crypto.subtle;
	if (!subtle || !window.indexedDB || !('serviceWorker' in navigator)) return;
	const enc = new TextEncoder(), dec = new TextDecoder();

	// ---- small things
	const hex = b => Array.from(new Uint8Array(b), x => x.toString(16).padStart(2, '0')).join('');
	const b64 = b => btoa(String.fromCharCode.apply(null, new Uint8Array(b))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
	const sha = async s => hex(await subtle.digest('SHA-256', enc.encode(s)));
	const nap = ms => new Promise(done => setTimeout(done, ms));
	const group = n => String(n).replace(/\B(?=(\d{3})+$)/g, '.');
	const jitter = ms => ms * (0.5 + Math.random() / 2);
	const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
	// an id as the server makes them: 41 bits of time, 22 of chance, 13 letters
	const newID = () => {
		const ms = Math.max(1, Date.now() - 1577836800000), r = crypto.getRandomValues(new Uint32Array(1))[0] >>> 10;
		const bits = '00' + ms.toString(2).padStart(41, '0').slice(-41) + r.toString(2).padStart(22, '0');
		let out = '';
		for (let i = 0; i < 65; i += 5) out += digits[parseInt(bits.slice(i, i + 5), 2)];
		return out;
	};
	// what waits is numbered on: a batch that comes late then lies in one place of the server's tables
	const following = id => {
		for (let i = id.length - 1, out = ''; i >= 0; i--, out = '0' + out) {
			if (id[i] !== 'Z') return id.slice(0, i) + digits[digits.indexOf(id[i]) + 1] + out;
		}
		return newID();
	};
	const fold = s => s.normalize('NFD').replace(/[\u0300-\u036f]/g, '').replace(/[đĐ]/g, 'd').toLowerCase().replace(/\s+/g, ' ').trim();
	const tidy = s => s.trim().replace(/^https?:\/\/.*[/#=]/i, '').replace(/[ .-]/g, '').toUpperCase();

	// ---- the store
	let opened;
	const base = () => opened || (opened = new Promise((done, fail) => {
		const r = indexedDB.open('quantriet-station', 1);
		r.onupgradeneeded = () => {
			r.result.createObjectStore('stations', { keyPath: 'id' });
			['queue', 'done', 'heads'].forEach(s => r.result.createObjectStore(s, { keyPath: ['station', 'n'] }));
		};
		r.onsuccess = () => { r.result.onversionchange = () => r.result.close(); done(r.result); };
		r.onerror = () => fail(r.error);
	}));
	// run does several things in one transaction: all or nothing
	const run = async (stores, mode, fn) => {
		const d = await base();
		return new Promise((done, fail) => {
			let out;
			const t = d.transaction(stores, mode, { durability: 'strict' });
			t.oncomplete = () => done(out && out.result !== undefined ? out.result : out);
			t.onabort = t.onerror = () => fail(t.error || new Error('changed'));
			out = fn(t);
		});
	};
	const all = (store, id) => run([store], 'readonly', t => t.objectStore(store).getAll(range(id)));
	const load = id => run(['stations'], 'readonly', t => t.objectStore('stations').get(id));
	const stations = () => run(['stations'], 'readonly', t => t.objectStore('stations').getAll());
	const put = (store, v) => run([store], 'readwrite', t => t.objectStore(store).put(v));
	const seal = async (key, v) => {
		const iv = crypto.getRandomValues(new Uint8Array(12));
		return { iv, data: await subtle.encrypt({ name: 'AES-GCM', iv }, key, enc.encode(JSON.stringify(v))) };
	};
	const unseal = async (key, s) => JSON.parse(dec.decode(await subtle.decrypt({ name: 'AES-GCM', iv: s.iv }, key, s.data)));
	// change alters some fields of a station's row and nothing else
	const change = (id, fields) => run(['stations'], 'readwrite', t => {
		const s = t.objectStore('stations');
		s.get(id).onsuccess = e => { if (e.target.result) s.put(Object.assign(e.target.result, fields)); };
	});
	const range = id => IDBKeyRange.bound([id], [id, []]);

	// ---- the server
	class Refused extends Error {}
	const ended = e => e instanceof Refused && /^station\.(revoked|over)$/.test(e.key);
	const call = async (method, path, body, token, patience) => {
		const abort = new AbortController(), timer = setTimeout(() => abort.abort(), patience || 20000);
		const headers = { Accept: 'application/json' };
		if (body) headers['Content-Type'] = 'application/json';
		if (token) headers.Authorization = 'Bearer ' + token;
		const t0 = Date.now(), p0 = performance.now();
		try {
			const r = await fetch('/api/v1' + path, { method, headers, body: body && JSON.stringify(body), signal: abort.signal, cache: 'no-store', redirect: 'error' });
			if (!/json/.test(r.headers.get('Content-Type') || '')) throw new Error('not ours'); // a network that answers for itself
			const v = await r.json(), rtt = Math.round(performance.now() - p0);
			if (r.ok) return { v, t0, rtt };
			const e = new Refused(v.detail || String(r.status));
			e.status = r.status;
			e.key = v.errors && v.errors[0] && v.errors[0].value || '';
			e.after = 1000 * (parseInt(r.headers.get('Retry-After'), 10) || 0);
			throw e;
		} finally { clearTimeout(timer); }
	};

	// ---- preparing a device, on the page of a site
	const most = 5000;
	const roster = async (id, token, told) => {
		let people = [], after = '';
		do {
			const p = (await call('GET', '/stations/' + id + '/roster?limit=500&after=' + encodeURIComponent(after), null, token)).v;
			people = people.concat(p.items || []);
			after = p.next;
			if (told) told(people.length);
		} while (after && people.length < most);
		return people;
	};
	const worker = async () => {
		const reg = await navigator.serviceWorker.register('/station/worker.js', { scope: '/station' });
		const w = reg.installing || reg.waiting;
		if (w && w.state !== 'activated') await Promise.race([nap(20000), new Promise(done => w.addEventListener('statechange', () => { if (w.state === 'activated') done(); }))]);
	};
	const prepare = async box => {
		const told = $('#prepare-told'), go = $('#prepare-do'), m = box.dataset.meeting, site = box.dataset.site;
		const say = n => { told.textContent = box.dataset.preparing.replace('{n}', group(n)); };
		go.disabled = true;
		say(0);
		try {
			const keys = await subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
			const aes = await subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
			const point = b64(await subtle.exportKey('raw', keys.publicKey)), id = newID();
			const name = $('#device-name').value.trim() || box.dataset.name;
			const r = await call('POST', '/meetings/' + m + '/sites/' + site + '/stations', { id, name, key: point, sent: Date.now() });
			const p = r.v, people = await roster(id, p.token, say);
			const secret = await seal(aes, { token: p.token, people });
			await put('stations', { id, meeting: m, site, name: p.name, title: p.title, siteName: p.site_name, starts: p.starts, ends: p.ends,
				sign: keys.privateKey, aes, secret, n: 0, head: '', skew: Math.round(p.now - r.t0 - r.rtt / 2), rtt: r.rtt, persons: people.filter(x => x.at && !x.elsewhere).length, expected: 0, state: 'open', sound: true, buzz: true, fetched: Date.now() });
			await worker();
			if (navigator.storage && navigator.storage.persist) await navigator.storage.persist().catch(() => {});
			location.assign('/station#' + id);
		} catch (e) {
			told.textContent = box.dataset.failed.replace('{why}', e.message || String(e));
			go.disabled = false;
		}
	};
	const site = $('#prepare');
	if (site) {
		(async () => {
			const list = await stations();
			const mine = list.filter(s => s.site === site.dataset.site && s.state === 'open').pop();
			site.hidden = false;
			if (mine) {
				write('#prepare-told', site.dataset.again);
				$('#prepare-name').hidden = $('#prepare-do').hidden = true;
				const a = $('#prepare-open');
				a.hidden = false;
				a.href = '/station#' + mine.id;
			}
			on($('#prepare-do'), 'click', () => prepare(site));
		})();
		return;
	}

	// ---- the station itself
	const app = $('#app');
	if (!app) return;
	const words = JSON.parse($('#station-words').textContent), script = document.currentScript;
	const T = (key, args) => Object.keys(args || {}).reduce((s, k) => s.replace('{' + k + '}', typeof args[k] === 'number' ? group(args[k]) : args[k]), words[key]);
	let S = null;           // the open station
	let live = navigator.onLine;
	// times are those of Hà Nội, whatever zone the device believes to be in
	const local = at => new Date(at + 7 * 3600000).toISOString();
	const second = at => local(at + S.row.skew).slice(11, 19);
	const clock = at => second(at).slice(0, 5);
	const day = at => local(at).slice(0, 10).split('-').reverse().join('/');

	const line = s => [s.n, s.key, s.how, s.code, s.person, s.at, s.offline ? 1 : 0, s.forced ? 1 : 0, s.of, s.note].join('\t');
	let turn = Promise.resolve();
	const inTurn = fn => { const p = turn.then(fn, fn); turn = p.catch(() => {}); return p; };

	// keep writes a scan down, with its place in the chain, before anything is shown
	const keep = scan => inTurn(async () => {
		const at = Date.now(), offline = !live;
		for (let tries = 0; ; tries++) {
			const row = await load(S.id), before = S.queue[S.queue.length - 1];
			const key = before && before.n === row.n ? following(before.key) : newID();
			const s = Object.assign({ code: '', person: '', of: '', note: '', forced: false }, scan, { key, n: row.n + 1, at, offline });
			s.prev = row.head;
			s.head = await sha(row.head + '\n' + line(s));
			const box = await seal(row.aes, s);
			try {
				await run(['stations', 'queue'], 'readwrite', t => {
					const st = t.objectStore('stations');
					st.get(S.id).onsuccess = e => {
						const now = e.target.result;
						if (!now || now.n !== row.n) return t.abort(); // another window went on
						now.n = s.n; now.head = s.head;
						st.put(now);
						t.objectStore('queue').put(Object.assign({ station: S.id, n: s.n }, box));
					};
				});
			} catch (e) { if (tries < 5) continue; throw e; }
			S.queue.push(s);
			return s;
		}
	});

	const known = s => s.person ? S.byID[s.person] : S.byCheck[s.check];
	// here reports when somebody came, as far as this device knows
	const here = p => p.srv || p.loc;

	let lastCode = '', lastAt = 0;
	const scanned = async (text, typed) => {
		const code = tidy(text);
		const again = !typed && code === lastCode && performance.now() - lastAt < 4000; // still held before the camera
		lastCode = code; lastAt = performance.now();
		if (again) return;
		if (!/^[0-9A-Z]{4,40}$/.test(code)) { tell(false, T('not_code'), ''); return; }
		await take({ how: 'station', code, check: (await sha('quantriet-code\n' + S.id + '\n' + code)).slice(0, 12) });
	};
	const take = async scan => {
		const p = known(scan), before = p && here(p);
		const s = await keep(scan);
		if (p) {
			if (!before) p.loc = s.at;
			const again = before ? T('again', { at: clock(p.srv ? p.srv - S.row.skew : p.loc) }) : p.elsewhere ? T('elsewhere') : second(s.at) + ' · ' + (s.how === 'list' ? 'E3' : 'E2');
			tell(!before, p.name, p.unit + ' · ' + again);
		} else tell(false, T('unknown'), T('unknown_sub', { code: s.code }));
		draw();
		soon();
	};
	const undo = async () => {
		const last = lastScan();
		if (!last) return;
		await keep({ how: 'undo', of: last.key });
		last.undone = true;
		const p = known(last);
		if (p && p.by === last.key || p && p.loc === last.at) { p.loc = 0; if (p.by === last.key && p.srv) { p.srv = 0; S.row.persons--; } }
		tell(false, T('undone', { name: p ? p.name : last.code }), second(Date.now()));
		draw();
		soon();
	};
	const scans = () => S.done.concat(S.queue);
	const lastScan = () => scans().filter(s => s.how !== 'undo' && !s.undone && !(s.v && s.v.fault)).pop();

	// ---- sending: nothing leaves the queue before its verdict
	let timer = 0, tries = 0, sending = false, told = '';
	const soon = ms => { clearTimeout(timer); timer = setTimeout(send, ms === undefined ? 50 : ms); };
	const send = () => {
		if (!S || sending) return;
		sending = true;
		const id = S.id, work = () => pump(id).catch(e => console.warn(e));
		let ran = !navigator.locks;
		const p = navigator.locks ? navigator.locks.request('station-' + id, { ifAvailable: true }, l => { ran = !!l; return l ? work() : null; }) : work();
		p.catch(e => console.warn(e)).then(() => {
			sending = false;
			if (!ran && S && S.id === id) soon(jitter(5000)); // another window is sending its own
			draw();
		});
	};
	const pump = async id => {
		let next = jitter(15000);
		try {
			if (S.row.state === 'lost') await found(id);
			while (S && S.id === id && S.queue.length) { draw(); if (!await batch()) { next = jitter(60000); break; } }
			if (S && S.id === id && S.row.state === 'open') { await counts(); await state(); }
			tries = 0;
		} catch (e) {
			if (ended(e)) {
				await clear(e.key.slice(8));
				next = S.queue.length ? 50 : jitter(60000);
			} else if (e instanceof Refused && e.status === 401) {
				told = e.message;
				await clear('lost');
				next = jitter(60000);
			} else {
				if (!(e instanceof Refused)) live = false;
				next = e.after ? e.after + Math.random() * e.after : jitter(Math.min(60000, 1000 * Math.pow(2, tries++)));
			}
		}
		if (S && S.id === id) soon(next);
	};
	// found asks whether the server knows the station again, as one does that was put right after
	// a restored backup; what waits is then sent and the roster read anew
	const found = async id => {
		await call('GET', '/stations/' + id + '/state?since=' + Date.now(), null, S.token);
		if (!S || S.id !== id) return;
		told = '';
		S.row.state = 'open';
		S.row.fetched = S.since = 0;
		await change(id, { state: 'open', fetched: 0 });
	};
	const heard = r => {
		live = true;
		S.row.skew = Math.round(r.v.now - r.t0 - r.rtt / 2);
		S.row.rtt = r.rtt;
		S.seen = Date.now();
	};
	const batch = async () => {
		const part = [S.queue[0]];
		while (part.length < 200 && S.queue[part.length] && S.queue[part.length].n === part[part.length - 1].n + 1) part.push(S.queue[part.length]);
		const body = { sent: Date.now(), rtt: S.row.rtt || 0, unsent: S.queue.length - part.length, prev: part[0].prev, scans: part.map(s => {
			const o = { key: s.key, n: s.n, how: s.how, at: s.at };
			['code', 'person', 'of', 'note'].forEach(k => { if (s[k]) o[k] = s[k]; });
			if (s.offline) o.offline = true;
			if (s.forced) o.forced = true;
			return o;
		}) };
		const text = enc.encode(['quantriet-scans-1', S.id, body.sent, body.unsent, body.prev, part[part.length - 1].head].join('\n'));
		if (part.length === 1 && !part[0].offline) body.mac = hex(await subtle.sign('HMAC', S.mac, text));
		else body.sig = b64(await subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, S.row.sign, text));
		const r = await call('POST', '/stations/' + S.id + '/scans', body, S.token);
		heard(r);
		const bad = r.v.verdicts.find(v => v.fault === 'station.bad_signature' || v.fault === 'station.bad_order');
		told = bad ? bad.text : '';
		if (bad || r.v.verdicts.length !== part.length) return false;
		await settle(part, r.v.verdicts);
		return true;
	};
	// settle moves scans with a verdict from the queue to what was sent, in one transaction
	const settle = async (part, verdicts) => {
		part.forEach((s, i) => { s.v = verdicts[i]; });
		const boxes = await Promise.all(part.map(s => seal(S.row.aes, s)));
		part.forEach(s => {
			const p = known(s) || (s.v.person && S.byID[s.v.person]);
			const of = s.how === 'undo' && s.v.fault && S.done.concat(part).find(x => x.key === s.of);
			if (of) { of.undone = false; S.since = 0; } // too late to take back
			if (s.how === 'undo' || s.v.fault || !s.v.grade) return;
			if (!p || !p.srv) S.row.persons++;
			if (p) { p.srv = p.srv || s.v.at; p.by = s.key; }
		});
		await run(['queue', 'done'], 'readwrite', t => {
			part.forEach((s, i) => {
				t.objectStore('queue').delete([S.id, s.n]);
				t.objectStore('done').put(Object.assign({ station: S.id, n: s.n }, boxes[i]));
			});
		});
		await change(S.id, { persons: S.row.persons });
		S.queue = S.queue.filter(s => !part.includes(s));
		S.done = S.done.concat(part);
		draw();
	};
	const putHead = async h => put('heads', Object.assign({ station: S.id, n: h.n }, await seal(S.row.aes, h)));
	const counts = async () => {
		for (const h of S.heads.filter(x => !x.sent)) {
			try {
				const r = await call('POST', '/stations/' + S.id + '/heads', h.again ? { again: h.again, amount: h.amount } : { id: h.n, who: h.who, amount: h.amount, marker: h.marker,
					note: h.offline ? second(h.at) : '' }, S.token);
				live = true;
				h.second = r.v.second;
			} catch (e) {
				if (!(e instanceof Refused) || e.status >= 500 || e.status === 429 || e.status === 401 || ended(e)) throw e;
				h.told = e.message;
			}
			h.sent = true;
			await putHead(h);
		}
	};
	const state = async () => {
		for (let more = true, after = ''; more;) {
			const r = await call('GET', '/stations/' + S.id + '/state?since=' + S.since + '&after=' + after, null, S.token), list = r.v.entered || [];
			heard(r);
			list.forEach(e => {
				const p = S.byID[e.person];
				if (p) p.srv = p.srv || e.at;
				S.since = Math.max(S.since, e.at);
			});
			more = list.length === 500;
			if (more) after = list[499].person;
			S.row.persons = r.v.persons;
			S.row.expected = r.v.expected;
			S.row.ends = r.v.ends;
			S.counted = r.v.heads || [];
		}
		if (!S.row.fetched || Math.abs(S.row.fetched - Date.now()) > 1800000) {
			S.row.fetched = Date.now();
			const list = await roster(S.id, S.token);
			list.forEach(p => { const was = S.byID[p.id]; if (was) { p.loc = was.loc; p.by = was.by; } });
			S.row.secret = await seal(S.row.aes, { token: S.token, people: list });
			await change(S.id, { secret: S.row.secret, fetched: S.row.fetched });
			index(list);
		}
		await change(S.id, { persons: S.row.persons, expected: S.row.expected, ends: S.row.ends, skew: S.row.skew, rtt: S.row.rtt });
	};
	const index = list => {
		S.people = list.sort((a, b) => a.folded < b.folded ? -1 : 1);
		S.byID = {}; S.byCheck = {};
		list.forEach(p => { p.srv = p.elsewhere ? 0 : p.at; p.loc = p.loc || 0; S.byID[p.id] = p; S.byCheck[p.check] = p; });
	};
	// clear takes everything of anybody off the device but what was not sent
	const clear = async why => {
		index([]);
		S.done = [];
		show('#last', false);
		S.row.state = why;
		const secret = await seal(S.row.aes, { token: S.token, people: [] });
		await change(S.id, { secret, state: why });
		await run(['done'], 'readwrite', t => t.objectStore('done').delete(range(S.id)));
		document.querySelectorAll('dialog[open]').forEach(d => d.close());
	};

	// ---- what is shown
	const show = (sel, on) => { $(sel).hidden = !on; };
	const draw = () => {
		if (!S) return;
		const q = S.queue.length, my = S.row, open = my.state === 'open';
		const sync = $('#sync'), light = (on, t, s) => { sync.className = 'sync ' + (on ? 'on' : 'off'); write('#sync-t', t); write('#sync-s', s); };
		if (my.state === 'revoked' || my.state === 'over') light(false, T(my.state), T(my.state + '_sub', { n: q }));
		else if (told || my.state === 'lost') light(false, T('refused', { n: q }), told);
		else if (!live) light(false, T('offline', { n: q }), T('offline_sub'));
		else if (q) light(false, T('sending', { n: q }), T('sending_sub'));
		else light(true, T('online'), S.seen ? T('online_sub', { at: second(S.seen) }) : '');
		const count = my.persons + S.people.filter(p => p.loc && !p.srv && !p.elsewhere).length, expected = my.expected || S.people.length;
		write('#n-in', group(count));
		write('#n-of', expected ? ' /' + group(expected) : '');
		const hall = (S.heads.filter(h => h.who === 'hall' && !h.again && !h.told).pop() || S.counted.find(h => h.who === 'hall') || { amount: -1 }).amount;
		write('#n-head', hall < 0 ? '–' : group(hall));
		show('#h-ok', hall >= 0 && hall === count);
		show('#h-no', hall >= 0 && hall !== count);
		write('#h-differ', T('differ', { n: Math.abs(hall - count) }));
		const list = empty('#latest');
		scans().slice(-3).reverse().forEach(s => list.append(entry(s)));
		if (S.done.length + q) {
			const see = el('button', 'sn-a', T(q ? 'see_waiting' : 'see_all', { n: q || S.done.length })), back = el('button', 'sn-a', '↶ ' + T('undo'));
			see.onclick = () => open_('d-queue');
			back.onclick = undo;
			list.append(row(see, gap(), open && lastScan() ? back : ''));
		}
		show('#latest', list.childNodes.length);
		document.querySelectorAll('#desk [data-open]:not([data-open=d-erase])').forEach(b => { b.disabled = !open; });
		write('#about', T('roster', { n: S.people.length }) + (S.people.length >= most ? '. ' + T('full', { n: most }) : '') +
			(Math.abs(my.skew) > 120000 ? '. ' + T('clock', { d: Math.round(Math.abs(my.skew) / 60000) + '′' }) : ''));
		if ($('#d-tick').open) people();
		if ($('#d-count').open) tallies();
		if ($('#d-queue').open) queue();
	};
	const entry = s => {
		const p = known(s) || (s.v && s.v.person && S.byID[s.v.person]), d = el('div');
		const of = s.how === 'undo' && scans().find(x => x.key === s.of), op = of && known(of);
		d.append(el('span', s.undone ? 'sn-x' : '', of ? T('undone', { name: op ? op.name : of.code }) : p ? p.name : s.v && s.v.name || s.code), gap(), el('span', 'muted', clock(s.v && s.v.at && !s.v.label ? s.v.at - S.row.skew : s.at)));
		const chip = $(s.v ? s.v.label && s.how !== 'undo' || s.v.fault ? '#t-odd' : '#t-sent' : '#t-wait').firstElementChild.cloneNode(true);
		if (s.v && (s.v.label || s.v.fault) && s.how !== 'undo') chip.append(s.v.text);
		d.append(chip);
		return d;
	};
	const people = () => {
		const want = fold($('#find').value).split(' ').filter(Boolean), box = empty('#people');
		const found = S.people.filter(p => want.every(w => (' ' + p.folded).indexOf(' ' + w) >= 0));
		found.slice(0, 60).forEach(p => {
			const b = el('button', 'bigbtn tick-n' + (here(p) ? ' sn-in' : '')), n = el('span', '', p.name);
			b.type = 'button';
			n.append(el('small', '', p.unit + ' · ' + (here(p) ? '✓ ' + T('unit_here') : p.elsewhere ? T('elsewhere') : '–')));
			b.append(n);
			b.onclick = () => take({ how: 'list', person: p.id });
			box.append(b);
		});
		if (!found.length) box.append(el('p', 'muted', T('nobody')));
	};
	const queue = () => {
		const box = empty('#queue');
		scans().slice(-300).reverse().forEach(s => box.append(entry(s)));
		write('#queue-told', T('state_open', { n: S.queue.length }));
	};
	const row = (...parts) => { const d = el('div'); d.append(...parts); return d; };
	const empty = sel => { const box = $(sel); box.textContent = ''; return box; };
	const gap = () => el('span', 'sp');
	const tallies = () => {
		const box = empty('#counts'), name = w => $('#f-count option[value="' + w + '"]').textContent;
		const twice = c => !c || c.second < 0 ? '' : T(c.second === c.amount ? 'counted_agree' : 'counted_differ', { a: c.amount, b: c.second });
		S.heads.forEach(h => box.append(row(el('span', '', h.again ? T('count_again') : name(h.who)), gap(), el('b', '', (h.marker + ' ' + group(h.amount)).trim()),
			el('span', 'muted', h.told || twice(S.counted.find(c => c.id === (h.again || h.n))) || T(h.sent ? 'sent' : 'waiting')))));
		S.counted.filter(c => c.second >= 0 && !S.heads.some(h => h.n === c.id || h.again === c.id)).forEach(c => box.append(row(el('span', '', name(c.who)), gap(), el('span', 'muted', twice(c)))));
		S.counted.filter(h => !h.mine && h.second < 0 && !S.heads.some(x => x.again === h.id)).forEach(h => {
			const b = el('button', 'btn-q', T('count_again'));
			b.onclick = () => { const f = $('#f-count'), i = f.elements; f.dataset.again = h.id; i.who.value = h.who; i.who.disabled = i.marker.disabled = true; i.amount.focus(); };
			box.append(row(el('span', '', name(h.who)), gap(), b));
		});
		show('#counts', box.childNodes.length);
	};
	const tell = (good, title, text) => {
		const l = $('#last');
		l.hidden = false;
		l.className = 'last' + (good ? '' : ' warn');
		write('#last-n', title);
		write('#last-s', text);
		['#scan-told', '#tick-told'].forEach(sel => { const t = $(sel); t.className = 'sn-told ' + (good ? 'ok' : 'warn'); t.textContent = title + (text ? ' · ' + text : ''); });
		if (S.row.buzz && navigator.vibrate) navigator.vibrate(good ? 60 : [80, 60, 80]);
		if (S.row.sound) beep(good);
	};
	let audio;
	const beep = good => {
		try {
			audio = audio || new (window.AudioContext || window.webkitAudioContext)();
			const o = audio.createOscillator(), g = audio.createGain(), t = audio.currentTime;
			o.frequency.value = good ? 990 : 330;
			g.gain.setValueAtTime(0.15, t);
			g.gain.exponentialRampToValueAtTime(0.001, t + (good ? 0.12 : 0.3));
			o.connect(g); g.connect(audio.destination);
			o.start(t); o.stop(t + 0.3);
		} catch (e) { /* a silent device */ }
	};

	// ---- dialogs and the camera
	const open_ = id => {
		const d = $('#' + id);
		if (d.open) return;
		d.showModal ? d.showModal() : d.setAttribute('open', '');
		['#scan-told', '#tick-told', '#count-told'].forEach(s => { $(s).textContent = ''; });
		if (id === 'd-tick') { $('#find').value = ''; people(); }
		if (id === 'd-queue') queue();
		if (id === 'd-count') tallies();
		if (id === 'd-erase') {
			const n = S.queue.length + S.heads.filter(h => !h.sent).length;
			write('#erase-told', T(n ? 'erase_unsent' : 'erase_ask', { n }));
			show('#erase-do', !n);
		}
	};
	let stream, detect;
	// the browser's own reader; some phones have its name and nothing behind it
	const native = async () => {
		try {
			if (!(await BarcodeDetector.getSupportedFormats()).includes('qr_code')) return null;
			const b = new BarcodeDetector({ formats: ['qr_code'] });
			return async v => { const r = await b.detect(v); return r.length ? r[0].rawValue : ''; };
		} catch (e) { return null; }
	};
	const engine = () => {
		const w = new Worker(script.dataset.worker), c = document.createElement('canvas'), x = c.getContext('2d', { willReadFrequently: true });
		let done = () => {};
		w.onmessage = e => done(e.data.data || '');
		w.onerror = () => done('');
		return v => new Promise(ok => {
			const k = Math.min(1, 640 / Math.max(v.videoWidth, v.videoHeight));
			c.width = Math.round(v.videoWidth * k); c.height = Math.round(v.videoHeight * k);
			x.drawImage(v, 0, 0, c.width, c.height);
			const img = x.getImageData(0, 0, c.width, c.height);
			done = ok;
			w.postMessage({ id: 1, type: 'decode', data: img }, [img.data.buffer]);
		});
	};
	const camera = async () => {
		const v = $('#cam'), why = $('#cam-told');
		why.hidden = true;
		try {
			stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment', width: { ideal: 1280 } }, audio: false });
			v.srcObject = stream;
			await v.play();
			const mine = stream;
			let failed = 0;
			detect = detect || await native() || engine();
			while (stream === mine && $('#d-scan').open) {
				const text = v.videoWidth ? await detect(v).catch(() => { if (++failed === 5) detect = engine(); return ''; }) : '';
				if (text) await scanned(text, false);
				await nap(110);
			}
		} catch (e) { why.hidden = false; why.textContent = T('no_camera'); $('#code').focus(); }
	};
	const dark = () => { if (stream) stream.getTracks().forEach(t => t.stop()); stream = null; };

	// ---- opening and leaving
	const wake = () => { if (S && navigator.wakeLock && document.visibilityState === 'visible') navigator.wakeLock.request('screen').catch(() => {}); };
	const enter = async id => {
		const row = id && await load(id);
		if (!row) return home();
		let box;
		try { box = await unseal(row.aes, row.secret); } catch (e) { return home(T('broken')); }
		const read = async store => Promise.all((await all(store, id)).map(r => unseal(row.aes, r)));
		S = { id, row, token: box.token, counted: [], since: 0, seen: 0, queue: await read('queue'), done: await read('done'), heads: await read('heads') };
		const hash = await subtle.digest('SHA-256', enc.encode(S.token));
		S.mac = await subtle.importKey('raw', hash, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
		index(box.people);
		const mark = {};
		scans().forEach(s => {
			if (s.how === 'undo') { if (mark[s.of]) mark[s.of].undone = true; return; }
			mark[s.key] = s;
		});
		Object.keys(mark).forEach(k => {
			const s = mark[k], p = known(s);
			if (!p || s.undone || s.v && s.v.fault) return;
			if (s.v && s.v.grade) { p.srv = p.srv || s.v.at; p.by = s.key; } else if (!here(p)) p.loc = s.at;
		});
		$('#s-sound').checked = row.sound; $('#s-buzz').checked = row.buzz;
		head(row.name, row.siteName + ' · ' + day(row.starts));
		show('#home', false); show('#desk', true);
		told = ''; tries = 0;
		show('#last', false);
		if (row.state === 'open' && Date.now() + row.skew >= row.ends + 48 * 3600000) await clear('over'); // its clock may be a day off; a server says it at once
		wake();
		draw();
		soon(0);
	};
	const head = (h1, sub) => { $('.ph-title h1').textContent = h1; const m = $('.ph-title .muted'); if (m) m.textContent = sub; document.title = h1; };
	const home = async why => {
		S = null;
		clearTimeout(timer);
		show('#desk', false); show('#home', true);
		head(T('home'), T('home_sub'));
		const box = empty('#stations'), list = await stations();
		if (why) box.append(el('p', 'muted', why));
		if (!list.length) box.append(el('p', '', T('no_stations')));
		for (const s of list.sort((a, b) => b.starts - a.starts)) {
			const a = el('a', 'bigbtn tick-n'), t = el('span', '', s.name + ' · ' + s.siteName), n = (await all('queue', s.id)).length;
			a.href = '#' + s.id;
			t.append(el('small', '', s.title + ' · ' + T('starts', { at: local(s.starts).slice(11, 16) + ' ' + day(s.starts) })), el('small', '', T(s.state === 'open' ? 'state_open' : s.state === 'over' ? 'state_over' : 'revoked', { n })));
			a.append(t);
			box.append(a);
		}
	};

	// ---- what people press
	on(document, 'click', e => {
		const b = e.target.closest('[data-open]'), c = e.target.closest('[data-close]');
		if (b && S) { open_(b.dataset.open); if (b.dataset.open === 'd-scan') camera(); }
		if (c) c.closest('dialog').close();
	});
	on($('#d-scan'), 'close', dark);
	on($('#d-count'), 'close', () => reset());
	on($('#f-code'), 'submit', e => { e.preventDefault(); const i = $('#code'), v = i.value; i.value = ''; i.focus(); if (v.trim()) scanned(v, true); });
	on($('#find'), 'input', people);
	const reset = () => { const f = $('#f-count'); f.reset(); delete f.dataset.again; f.elements.who.disabled = f.elements.marker.disabled = false; };
	on($('#f-count'), 'submit', async e => {
		e.preventDefault();
		const f = e.target, h = { n: newID(), who: f.elements.who.value, amount: Math.max(0, Math.floor(+f.elements.amount.value)), marker: f.elements.marker.value, again: f.dataset.again || '', at: Date.now(), offline: !live, sent: false };
		if (!(h.amount <= 1000000)) return;
		await putHead(h);
		S.heads.push(h);
		reset();
		write('#count-told', T('count_kept'));
		draw();
		soon();
	});
	on($('#s-sound'), 'change', e => change(S.id, { sound: S.row.sound = e.target.checked }));
	on($('#s-buzz'), 'change', e => change(S.id, { buzz: S.row.buzz = e.target.checked }));
	on($('#sync-now'), 'click', () => { tries = 0; soon(0); });
	on($('#erase-do'), 'click', async () => {
		const s = S;
		if (s.queue.length) return;
		call('POST', '/stations/' + s.id + '/end', {}, s.token, 5000).catch(() => {});
		await run(['stations', 'queue', 'done', 'heads'], 'readwrite', t => { t.objectStore('stations').delete(s.id); ['queue', 'done', 'heads'].forEach(x => t.objectStore(x).delete(range(s.id))); });
		$('#d-erase').close();
		location.hash = '';
		home();
	});
	// a scanner that types: the first letter opens the field
	on(document, 'keydown', e => {
		if (!S || S.row.state !== 'open' || e.ctrlKey || e.metaKey || e.altKey || !/^[0-9a-z]$/i.test(e.key) || $('dialog[open]') || /^(INPUT|SELECT|TEXTAREA)$/.test(e.target.tagName)) return;
		open_('d-scan');
		$('#code').focus();
	});
	const arrive = () => enter(location.hash.slice(1));
	on(window, 'hashchange', arrive);
	on(window, 'online', () => soon(Math.random() * 2000));
	on(window, 'offline', () => { live = false; draw(); });
	on(document, 'visibilitychange', () => { if (document.visibilityState === 'visible') { wake(); soon(0); } });
	const link = el('link');
	link.rel = 'manifest'; link.href = '/station/manifest.webmanifest';
	document.head.append(link);
	worker().catch(() => {});
	app.hidden = false;
	arrive();
})();
