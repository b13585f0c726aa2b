// The screen at a door: shows each code in its quarter of a minute by the server's clock, and
// asks for the next ones before they are needed. Without this file the page loads itself anew.
(() => {
  let door = document.getElementById('door');
  if (!door) return;
  let asked = Date.now();
  const skew = () => Number(door.dataset.now) - asked; // the server's clock less ours
  let busy = false, next = asked + 55000 + Math.random() * 15000;

  const show = () => {
    const now = Date.now() + skew();
    let on = null;
    door.querySelectorAll('[data-till]').forEach(c => {
      const mine = now >= Number(c.dataset.from) && now < Number(c.dataset.till);
      c.hidden = !mine;
      if (mine) on = c;
    });
    const bar = on && on.querySelector('progress');
    if (bar) bar.value = Math.max(0, (Number(on.dataset.till) - now) / 1000);
    let told = document.getElementById('door-lost');
    const lost = !on && door.querySelector('[data-till]');
    if (lost && !told) {
      told = document.createElement('p');
      told.id = 'door-lost';
      told.className = 'dr-say';
      told.setAttribute('role', 'alert');
      told.textContent = door.dataset.lost;
      door.append(told);
    } else if (!lost && told) told.remove();
    if (lost) next = Math.min(next, Date.now());
  };

  const load = async () => {
    busy = true;
    try {
      const sent = Date.now();
      const r = await fetch(location.href, {headers: {Accept: 'text/html'}});
      if (!r.ok) throw new Error(r.status);
      const fresh = new DOMParser().parseFromString(await r.text(), 'text/html').getElementById('door');
      if (!fresh) throw new Error('signed out');
      asked = (sent + Date.now()) / 2;
      const focused = document.activeElement && door.contains(document.activeElement) && document.activeElement.getAttribute('href');
      door.replaceWith(fresh);
      door = fresh;
      if (focused) { const a = door.querySelector('a[href="' + focused + '"]'); if (a) a.focus(); }
      next = Date.now() + 55000 + Math.random() * 15000;
    } catch {
      next = Date.now() + 2000 + Math.random() * 3000;
    }
    busy = false;
  };

  setInterval(() => {
    show();
    if (!busy && Date.now() >= next) load().then(show);
  }, 250);
  show();
})();
