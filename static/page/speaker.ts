/** Says things to who hears the page read: each once, after one another. */

/** How many things that were said stay to be read again. */
const KEPT = 5;

/** Says `words` in the place for it in `root`; nothing where there is none. What was said before is not said again. */
export function say(root: Element, words: string): void {
  const place = root.querySelector('.spoken');
  if (place === null) return;
  const line = document.createElement('p');
  line.textContent = words;
  place.append(line);
  while (place.children.length > KEPT) place.firstElementChild?.remove();
}
