/** What the streams of a room say about views of runs that people share: see server/rooms/looks.ts. */

/** A view of a run. */
export type SharedLook = {
  run: string;
  /** As the fragment of a link has it: see static/stage/fragment.ts. */
  look: string;
  /** Whether the replay plays on from there. */
  isPlaying: boolean;
  /** The page that it comes from. */
  from: string;
};

/** A view, and how long ago it was like that, in ms. */
export type SentLook = SharedLook & { agoMs: number };

export type LookNews = {
  /** Differs after each start of a server that forgets all views then: one that shares them with others does not. */
  server: string;
  /** What the teacher shows to the class; null for nothing. `session`: since the teacher switched it on. */
  shown: (SentLook & { session: string }) | null;
  /** The run that the teacher looks at together with this member, and what they see; null if the teacher does not. */
  pair: { run: string; look: SentLook | null } | null;
};

const LOOK = /^[\w.=&,:-]{0,300}$/;
const NAME = /^[\w-]{1,64}$/;

/** Reads a view from the fields of a form. Returns null if it is none. */
export function readLook(fields: { get(name: string): unknown }): SharedLook | null {
  const [run, look, from] = ['run', 'look', 'from'].map((name) => String(fields.get(name) ?? ''));
  if (run === undefined || look === undefined || from === undefined) return null;
  if (!NAME.test(run) || !LOOK.test(look) || !NAME.test(from)) return null;
  return { run, look, isPlaying: fields.get('plays') === '1', from };
}

/** Reports whether a text can name a session. */
export function isSession(text: unknown): text is string {
  return typeof text === 'string' && NAME.test(text);
}
