/** Starts programs that somebody wrote at a level of the sandbox, for tests of what they can do there. */
import type { Level } from '../../server/launch/probe.ts';
import type { RunEvent } from '../../server/protocol/events.ts';
import { isPython, type Runtime } from '../../server/spec/runtimes.ts';
import { type PlaygroundApp, playgroundApp, QUICK } from '../playground-app.ts';
import { prepared } from '../prepared.ts';

/** The levels at which a program can be tried. */
export const TRIED = ['jail', 'permissions'] as const satisfies readonly Level[];

/** Returns the runtimes that can run programs in JavaScript at a level here; none if there is no such level. */
export async function javaScriptAt(level: Level): Promise<readonly Runtime[]> {
  return (await runtimesAt(level)).filter((runtime) => !isPython(runtime));
}

/** Returns the runtimes that can run programs at a level on this machine; none if it does not have the level. */
export async function runtimesAt(level: Level): Promise<readonly Runtime[]> {
  const found = await prepared().probe('', 0, level);
  return found.level === level ? found.runtimes : [];
}

/** Starts a playground that runs programs at a level, and only there. */
export function playgroundAt(level: Level, env: Record<string, string> = {}): Promise<PlaygroundApp> {
  return playgroundApp({ SANDBOX: level, ...env });
}

/** Runs a program that somebody wrote to its end; returns its events. */
export async function runCode(
  app: PlaygroundApp,
  code: string,
  spec: Record<string, unknown> = {},
): Promise<RunEvent[]> {
  return app.events(await app.start({ ...QUICK, code, ...spec }));
}

/** Returns what a run's jobs logged, by job. */
export function logsOf(events: readonly RunEvent[]): string[] {
  return events.flatMap((event) => (event.type === 'log' && event.stream === 'stdout' ? [event.text] : []));
}

/** Returns the events of one type. */
export function ofType<Type extends RunEvent['type']>(
  events: readonly RunEvent[],
  type: Type,
): Extract<RunEvent, { type: Type }>[] {
  return events.filter((event): event is Extract<RunEvent, { type: Type }> => event.type === type);
}
