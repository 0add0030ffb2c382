/**
 * Renders, and if what had the focus is gone then, gives the focus to what is nearest: the map it was in, or the button
 * that adds one. A browser would send it back to the start of the page.
 */
export function keepFocus(render: () => void): void {
  const before = document.activeElement;
  const map = before?.closest('.map')?.id;
  render();
  if (before === null || before === document.body || before.isConnected) return;
  const near = map && document.querySelector<HTMLElement>(`#${map} select`);
  (near || document.querySelector<HTMLElement>('.add'))?.focus();
}
