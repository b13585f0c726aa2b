// Asks the browser for a passkey and sends its answer with the form. Without it, or in a browser
// that has none, the form stays hidden and the page says what else to do.
(() => {
  const able = window.PublicKeyCredential && PublicKeyCredential.parseCreationOptionsFromJSON && PublicKeyCredential.parseRequestOptionsFromJSON;
  if (!able) return;
  document.querySelectorAll('[data-passkey-missing]').forEach(e => { e.hidden = true; });
  document.querySelectorAll('form[data-passkey]').forEach(f => {
    f.hidden = false;
    const told = f.querySelector('[data-failed]');
    f.addEventListener('submit', async e => {
      if (f.elements.response.value) return;
      e.preventDefault();
      if (told) told.hidden = true;
      try {
        const o = JSON.parse(f.dataset.options);
        const answer = f.dataset.passkey === 'create'
          ? await navigator.credentials.create({publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(o)})
          : await navigator.credentials.get({publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(o)});
        f.elements.response.value = JSON.stringify(answer.toJSON());
        f.submit();
      } catch {
        if (told) told.hidden = false;
      }
    });
  });
})();
