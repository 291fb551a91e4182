/**
 * Shares a browser's connections among its pages. Over HTTP/1.1 a browser opens six connections to a server, for all of
 * its tabs and frames, and a stream occupies one for as long as it is open.
 */

/** Most streams open at once, so that connections are left for pages, Run and Cancel. */
const MOST_STREAMS = 4;

/**
 * Announces a stream to the other pages, and its end when `signal` aborts. Calls `changed` when there are as many newer
 * streams as a browser may have, so that this one must be closed, and when that is no longer so.
 */
export function shareConnections(changed: (isCrowded: boolean) => void, signal: AbortSignal): void {
  const channel = openChannel();
  if (channel === null) return;
  const id = Math.random();
  const newer = new Set<unknown>();
  let isCrowded = false;
  channel.onmessage = ({ data }) => {
    if (data?.isOpen) newer.add(data.id);
    else newer.delete(data?.id);
    if (isCrowded === newer.size >= MOST_STREAMS) return;
    isCrowded = !isCrowded;
    changed(isCrowded);
  };
  channel.postMessage({ id, isOpen: true });
  signal.addEventListener('abort', () => {
    channel.postMessage({ id, isOpen: false });
    channel.close();
  });
}

/** Returns null if the browser denies it, as some do in frames of other sites. */
function openChannel(): BroadcastChannel | null {
  try {
    return new BroadcastChannel('streams');
  } catch {
    return null;
  }
}
