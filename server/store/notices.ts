/**
 * What servers that share a database tell each other. A notice says only that it is worth while to look, and may be
 * lost: whoever relies on them also looks from time to time. This is the port; postgres/listener.ts implements it.
 */
export interface Notices {
  /** Whether notices come, as far as known. */
  readonly isHearing: boolean;
  /** Calls `heard` with the text of each notice on a channel. */
  on(channel: string, heard: (payload: string) => void): void;
  /** Calls `changed` when `isHearing` has changed: what was missed is to be looked for. */
  onChanged(changed: () => void): void;
}
