// Two levels or two competences side by side: styles show the columns chosen;
// here the choice goes into the address and comes back from it.
const fields = [document.getElementById('a'), document.getElementById('b')];

function read() {
  const asked = new URLSearchParams(location.search);
  for (const field of fields) {
    const value = asked.get(field.name);
    if (Array.from(field.options).some((o) => o.value === value)) field.value = value;
  }
}

for (const field of fields) {
  field.addEventListener('change', () => {
    const [a, b] = fields.map((f) => f.value);
    history.replaceState(null, '', `?a=${a}&b=${b}`);
  });
}
read();
