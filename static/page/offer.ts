/** Links that fill in the form where it is. Without script they open the lesson filled in. */

/** Makes links with `data-fill`, a query of fields, fill in the form, and shows the link that undoes it. */
export function fillOnClick(): void {
  document.addEventListener('click', (event) => {
    const { target } = event;
    const isPlain = !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (!(target instanceof HTMLAnchorElement) || target.dataset.fill === undefined || !isPlain) return;
    event.preventDefault();
    for (const [name, value] of new URLSearchParams(target.dataset.fill)) {
      const field = document.getElementById(name);
      if (!(field instanceof HTMLInputElement)) continue;
      if (field.type === 'checkbox') field.checked = value === field.value;
      else field.value = value;
      // Removes its error, and renews the estimate.
      field.dispatchEvent(new Event('input', { bubbles: true }));
    }
    const other = [...(target.parentElement?.children ?? [])].find((link) => link !== target);
    if (!(other instanceof HTMLElement)) return;
    other.hidden = false;
    target.hidden = true;
    other.focus();
  });
}
