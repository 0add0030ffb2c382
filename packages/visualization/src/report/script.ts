/** Makes the controls work. Without it, as in print, everything is shown at the strength it begins with. */
export const script = `
const root = document.documentElement;
const controls = document.querySelector('.controls');
const strength = controls.querySelector('[name=strength]');
const said = controls.querySelector('output');
const apply = () => {
  root.dataset.sign = controls.querySelector('[name=sign]:checked').value;
  root.dataset.photo = controls.querySelector('[name=photo]').checked ? 'colour' : 'grey';
  root.style.setProperty('--strength', strength.value / 100);
  said.textContent = strength.value + ' %';
};
controls.addEventListener('input', apply);
controls.hidden = false;
apply();
`;
