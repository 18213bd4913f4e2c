// The matrix: links between domains keep the column chosen, and the choice is
// said to those who do not see it.
const columns = document.querySelectorAll('.f-columns a');

function follow() {
  const hash = location.hash;
  for (const a of document.querySelectorAll('.f-domain')) a.hash = hash;
  for (const a of columns) {
    if (a.hash === (hash || '#all')) a.setAttribute('aria-current', 'true');
    else a.removeAttribute('aria-current');
  }
}

addEventListener('hashchange', follow);
follow();
