/** What the routes depend on. `startPlayground` (playground.ts) creates it. */
import type { Challenge } from '../challenges/challenge.ts';
import type { Ready } from '../launch/ready.ts';
import type { SandboxFacts } from '../launch/sandbox.ts';
import type { CatalogueEntry } from '../lessons/catalogue.ts';
import type { Built } from '../programs/build.ts';
import type { Compressed } from '../programs/compressed.ts';
import type { Hints } from '../programs/hints/hints.ts';
import type { Programs } from '../programs/programs.ts';
import type { AllGuesses } from '../rooms/guesses.ts';
import type { Rooms } from '../rooms/rooms.ts';
import type { Walls } from '../rooms/walls.ts';
import type { FairUse } from '../runs/admission/fair-use.ts';
import type { Families } from '../runs/families/families.ts';
import type { Health } from '../runs/health.ts';
import type { Plays } from '../runs/plays/plays.ts';
import type { Removal } from '../runs/removal.ts';
import type { Runs } from '../runs/runs.ts';
import type { Settings } from '../settings.ts';
import type { ParsedSpec } from '../spec/parse.ts';
import type { Backups } from '../store/backups.ts';
import type { Connections, Servers } from '../store/cluster.ts';
import type { Storage } from '../store/storage.ts';

/** A server that shares a database with others. */
export type Sharing = {
  servers: Pick<Servers, 'living'>;
  /** Its id among them: a new one each time that it joins. */
  readonly id: string;
  /** Returns how many runs are under way on this server. */
  executing(): number;
  connections(): Connections;
};

/** Everything behind the routes. */
export type Playground = {
  /** What concerns runs is as on the servers that execute them. */
  settings: Settings;
  built: Built;
  /** The built files for browsers. */
  compressed: Compressed;
  /** In teaching order. */
  lessons: CatalogueEntry[];
  /** In the order of their list. */
  challenges: Challenge[];
  /** Parses a submitted form or JSON: see `specParser`. */
  parseSpec(input: unknown): ParsedSpec;
  programs: Programs;
  sandbox: SandboxFacts;
  /** The lessons that have a program in Python. */
  pythonLessons: ReadonlySet<string>;
  /** What works now. */
  health: Health;
  storage: Storage;
  /** This server among those that share a database; null if it is alone. */
  cluster: Sharing | null;
  runs: Runs;
  families: Families;
  plays: Plays;
  fairUse: FairUse;
  removal: Removal;
  /** Null if PostgreSQL makes them. */
  backups: Backups | null;
  rooms: Rooms;
  walls: Walls;
  guesses: AllGuesses;
  ready: Ready;
  hints: Hints;
  /** Signs what browsers keep: see `serverSecret`. */
  secret: string;
  /** Ends all runs and processes. Resolves when none are left and the store is closed. */
  close(): Promise<void>;
};
