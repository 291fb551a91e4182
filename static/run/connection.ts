/** Shows in a part of the page how events reach it. */
import { CONNECTION_WORDS, type Connection } from '../../server/words/connection.ts';

/** Updates the line in `root`, if it has one. */
export function showConnection(root: ParentNode | null, connection: Connection): void {
  const line = root?.querySelector<HTMLElement>('.lost');
  if (!line) return;
  line.dataset.connection = connection;
  const words = CONNECTION_WORDS[connection];
  // Touched only if it changes: a screen reader would read it again.
  if (words !== null && line.textContent !== words) line.textContent = words;
  if (line.hidden !== (words === null)) line.hidden = words === null;
}

/** Shows in `root` why the server has no events to send; null: it has. */
export function showLate(root: ParentNode, words: string | null): void {
  const line = root.querySelector<HTMLElement>('.late');
  if (!line || line.textContent === (words ?? '')) return;
  line.textContent = words;
  line.hidden = words === null;
}
