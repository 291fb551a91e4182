/** Follows whether the page is shown. A hidden page gives up its connections, of which a browser has few. */

type PresenceHandlers = {
  /**
   * The page is shown. Called again if it already was, when its connections may have died unnoticed: after a change of
   * network, or when the page was frozen or kept by the browser for going back to it.
   */
  onShown(): void;
  onHidden(): void;
};

/** Calls one of the handlers at once, and then at each change until `signal` aborts. */
export function watchPresence({ onShown, onHidden }: PresenceHandlers, signal: AbortSignal): void {
  const update = () => (document.visibilityState === 'hidden' ? onHidden() : onShown());
  // Capturing, for some of these events are the document's.
  const on = (types: string[], handle: (event: Event) => void) => {
    for (const type of types) window.addEventListener(type, handle, { capture: true, signal });
  };
  on(['visibilitychange', 'resume', 'online'], update);
  on(['pageshow'], (event) => 'persisted' in event && event.persisted && update());
  // A frozen page may not have been hidden before, and no timer of it runs later.
  on(['freeze', 'pagehide'], onHidden);
  update();
}
