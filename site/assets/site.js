// Every page: permanent links copy themselves, and « / » leads to the search.
for (const link of document.querySelectorAll('.permalink')) {
  link.addEventListener('click', async (e) => {
    if (e.metaKey || e.ctrlKey || e.shiftKey || !navigator.clipboard) return;
    e.preventDefault();
    try {
      await navigator.clipboard.writeText(link.href);
    } catch {
      location.assign(link.href);
      return;
    }
    const said = document.createElement('span');
    said.className = 'copied';
    said.setAttribute('role', 'status');
    link.after(said);
    // Said once it is in the page: a live region announces its changes.
    setTimeout(() => { said.textContent = link.dataset.copied; }, 50);
    setTimeout(() => said.remove(), 3000);
  });
}

addEventListener('keydown', (e) => {
  if (e.key !== '/' || e.ctrlKey || e.metaKey || e.altKey || e.target.closest?.('input, textarea, select, [contenteditable]')) return;
  const field = document.getElementById('q');
  const way = document.querySelector('a.find');
  if (!field && !way) return;
  e.preventDefault();
  if (field) field.focus();
  else location.assign(way.href);
});
