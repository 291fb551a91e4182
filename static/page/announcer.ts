/** Announces text to screen readers through a live region, each text once, in order. */

/** How many announcements stay in the region to be read again. */
const KEPT = 5;

/** Appends `words` to the live region in `root`, if there is one. Earlier announcements are not repeated. */
export function announce(root: Element, words: string): void {
  const place = root.querySelector('.spoken');
  if (place === null) return;
  const line = document.createElement('p');
  line.textContent = words;
  place.append(line);
  while (place.children.length > KEPT) place.firstElementChild?.remove();
}
