// The book: a button to print, where the browser can.
const button = document.getElementById('print');
button.hidden = false;
button.addEventListener('click', () => print());
