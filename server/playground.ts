/** Assembles the playground: compiled programs, store, admission, guard, ready processes, and runs. */

import os from 'node:os';
import path from 'node:path';
import { readChallenges } from './challenges/catalogue.ts';
import { Boots } from './launch/boots.ts';
import { calibration } from './launch/calibrate.ts';
import { Guard, type ProcessLimits } from './launch/guard.ts';
import { LESSONS_ONLY, type Probed, probe } from './launch/probe.ts';
import { findPythons, NO_PYTHONS, type Pythons } from './launch/pythons.ts';
import { Ready } from './launch/ready.ts';
import { executableOf, installed, isInstalled } from './launch/runtimes.ts';
import { Sandbox } from './launch/sandbox.ts';
import { openSandboxFolder } from './launch/sandbox-folder.ts';
import { readCatalogue } from './lessons/catalogue.ts';
import { cellOf, NOTEBOOK } from './notebook/notebook.ts';
import { buildAll, LESSONS, writeMissing } from './programs/build.ts';
import { Compilers } from './programs/compilers.ts';
import { Compressed } from './programs/compressed.ts';
import { Hints } from './programs/hints/hints.ts';
import { programsOf } from './programs/programs.ts';
import { AllGuesses } from './rooms/guesses.ts';
import { Rooms } from './rooms/rooms.ts';
import { Walls } from './rooms/walls.ts';
import type { Playground } from './routes/playground.ts';
import { FairUse } from './runs/admission/fair-use.ts';
import { LocalAdmission } from './runs/admission/local-admission.ts';
import { LocalAllowances } from './runs/admission/local-allowances.ts';
import type { PlaceLimits } from './runs/admission/places.ts';
import { joinCluster } from './runs/cluster/join.ts';
import { Runners } from './runs/cluster/runners.ts';
import { abilityOf, machineName, settingsOn } from './runs/cluster/this-server.ts';
import { Families } from './runs/families/families.ts';
import { Health, kindsOf } from './runs/health.ts';
import { LocalExecution } from './runs/local-execution.ts';
import { FollowedLogs } from './runs/log/followed-logs.ts';
import { StoredLogs } from './runs/log/stored-logs.ts';
import { passDemands } from './runs/pass/pass-demand.ts';
import { Plays } from './runs/plays/plays.ts';
import { Removal } from './runs/removal.ts';
import { Runs } from './runs/runs.ts';
import { type Settings, SettingsError } from './settings.ts';
import { currentParser } from './spec/current-parser.ts';
import { limitsOf } from './spec/lanes.ts';
import { isPython, JAVASCRIPT, PYTHONS } from './spec/runtimes.ts';
import type { Spec } from './spec/spec.ts';
import { holdDataFolder } from './store/data-folder.ts';
import { type OpenStore, openStore } from './store/opened.ts';
import { refusal } from './store/refusal.ts';

/** Files that a process opens for itself, and for each thread; measured on both runtimes, rounded up. */
const PROCESS_FILES = 64;
const THREAD_FILES = 8;
/** Processor time that a process may use beside its pass, in seconds: its boot, and the way to its end. */
const MARGIN_SECONDS = 60;

/** No bounds. */
const UNBOUNDED: PlaceLimits = { total: Number.POSITIVE_INFINITY, perNetwork: Number.POSITIVE_INFINITY };

/** Returns what a server's processes are held to. A pass computes on all cores at most. */
function processLimits({ OUTPUT_MIB, MEMORY_MIB, MAX_JOBS, PASS_SECONDS }: Settings): ProcessLimits {
  return {
    outputMib: OUTPUT_MIB,
    memoryMib: MEMORY_MIB,
    files: PROCESS_FILES + THREAD_FILES * MAX_JOBS,
    cpuSeconds: PASS_SECONDS * os.availableParallelism() + MARGIN_SECONDS,
  };
}

/** Replaces parts of a playground: tests start many, and share one build and one calibration. */
export type StartOptions = {
  /** Contains a folder for each lesson. */
  lessonsFolder?: string;
  build?: typeof buildAll;
  calibrate?: typeof calibration;
  probe?: typeof probe;
  findPythons?: typeof findPythons;
};

/**
 * Starts a playground. Rejects with `SettingsError` if the data folder cannot be used, before changing anything in it,
 * and with `LessonError` or `PythonError` if a lesson or the named Python cannot be used. Rejects if something does not compile.
 */
export async function startPlayground(
  settings: Settings,
  { lessonsFolder = LESSONS, build = buildAll, calibrate = calibration, ...options }: StartOptions = {},
): Promise<Playground> {
  const folder = holdDataFolder(settings.DATA_DIR);
  let opened: Guard | null = null;
  let openedStore: OpenStore | null = null;
  const prepare = async () => {
    const kept = await openStore(settings);
    openedStore = kept;
    const sandboxFolder = openSandboxFolder(settings.DATA_DIR, settings.SANDBOX_DIR);
    // From here on, the folder is removed however the server ends.
    const guard = new Guard(processLimits(settings), sandboxFolder);
    opened = guard;
    const building = build(`${settings.DATA_DIR}/build`, lessonsFolder);
    const finding = (options.findPythons ?? findPythons)(settings.PYTHON);
    const probing = sandboxFor(sandboxFolder, settings, finding, options.probe ?? probe);
    // If one fails, the other must not go on in a folder that is being removed.
    await Promise.allSettled([building, probing, finding]);
    const [built, probed] = [await building, await probing];
    // Not before: the compiler tells where a mistake in a lesson is.
    const lessons = await readCatalogue(lessonsFolder);
    const challenges = readChallenges();
    return { kept, sandboxFolder, guard, built, lessons, challenges, probed, foundPythons: await finding };
  };
  const giveUp = async (error: unknown): Promise<never> => {
    await opened?.close();
    await openedStore?.close();
    folder.release();
    throw openedStore?.refusal(error) ?? refusal(error, settings.DATA_DIR);
  };
  const { kept, sandboxFolder, guard, built, lessons, challenges, probed, foundPythons } =
    await prepare().catch(giveUp);
  // One that executes nothing only checks programs with them.
  const pythons = settings.ROLE === 'web' ? NO_PYTHONS : foundPythons;
  const { storage, secret, backups } = kept;
  const { store } = storage;
  const sandbox = new Sandbox(probed, {
    folder: sandboxFolder,
    entry: built.entry,
    maxJobs: settings.MAX_JOBS,
  });
  // Not in the data folder: where that is moved away, Deno would make another.
  const denoDir = path.join(sandboxFolder, 'deno-cache');
  const ready = new Ready(built.entry, guard, settings.READY, { sandbox, pythons, denoDir });
  const runtimes = [...JAVASCRIPT, ...PYTHONS.filter((runtime) => pythons.found[runtime])];
  const boots = new Boots(ready, kindsOf(runtimes, sandbox.runtimes), {
    files({ runtime, isSandboxed }) {
      if (isSandboxed) return sandbox.filesOf(runtime);
      if (!isPython(runtime) && !isInstalled(runtime)) throw new Error(`${runtime} is not installed.`);
      return [executableOf(runtime, pythons), ...built.files.keys()];
    },
    async restore({ isSandboxed }) {
      // Not while the data folder is away: it is to come back to its place.
      if ((await storage.look()) === null) writeMissing(built.files);
      if (isSandboxed) await sandbox.restore();
    },
  });
  const compressed = new Compressed(built);
  const compiler = new Compilers(built, foundPythons, guard);
  const hints = new Hints(guard);
  const blocksPerSecond = calibrate(ready);
  const programs = programsOf(built, compiler);
  const {
    CORES: cores,
    MEMORY_MIB: memoryMib,
    MAX_WAITING: total,
    MAX_WAITING_ADDRESS: perNetwork,
  } = settings;
  const places = { total, perNetwork };
  const { shared } = kept;
  const cluster = shared && {
    servers: shared.servers,
    id: '',
    executing: () => admission.active,
    connections: shared.connections,
  };
  const allowances = shared?.allowances ?? new LocalAllowances();
  const fairUse = new FairUse(
    {
      runsAtOnce: settings.MAX_RUNS_PERSON,
      runsPerMinute: settings.RUNS_PER_MINUTE,
      cpuSecondsPerHour: settings.CPU_SECONDS_PER_HOUR,
      peoplePerAddress: settings.PEOPLE_PER_ADDRESS,
      countsAddresses: settings.TRUST_PROXY > 0,
    },
    allowances,
    shared === null,
  );
  // Runs that several servers share have their places in the queue of them all.
  const admission = new LocalAdmission({ cores, memoryMib }, shared ? UNBOUNDED : places);
  const followed = shared && new FollowedLogs(store, shared.feed);
  const logs = followed ?? new StoredLogs(store);
  const ownHealth = new Health({ storage, guard, boots, runtimes: () => runtimes, sandbox, compiler, hints });
  const runners = new Runners();
  // What people may choose is what any server can execute.
  const offered = shared === null ? sandbox : runners;
  const health =
    shared === null || settings.ROLE === 'runner'
      ? ownHealth
      : new Health({
          ...{ storage, guard, boots: runners, sandbox: runners, runners, compiler, hints },
          runtimes: () => runners.present,
        });
  const ofRuns = shared === null ? settings : settingsOn(runners, settings);
  const challengeNames: ReadonlySet<string> = new Set(challenges.map(({ slug }) => slug));
  const lessonSettings = new Map(lessons.map((lesson) => [lesson.slug, lesson.settings]));
  const lessonPrograms = new Map(
    lessons.map(({ slug, program, python }) => [slug, python === null ? [program] : [program, python]]),
  );
  const pythonLessons: ReadonlySet<string> = new Set(built.pythonPrograms.keys());
  const passSeconds = (spec: Spec) =>
    (spec.code === '' ? lessons.find(({ slug }) => slug === spec.lesson) : cellOf(spec))?.passSeconds;
  const local = new LocalExecution({
    ...{ settings, storage, admission, logs, ready, programs, blocksPerSecond, passSeconds },
    ...(shared !== null && { machine: machineName(secret) }),
  });
  /** Called when others have declared this server dead. */
  let lost: (() => void) | null = null;
  const opening = async () => {
    if (shared === null || followed === null) {
      await store.interruptUnfinished();
      return local;
    }
    return joinCluster({
      ...{ ...shared, store, logs: followed, settings, places, fairUse, execution: local, admission },
      role: settings.ROLE,
      runners,
      died: () => lost?.(),
      setServer(id) {
        shared.setServer(id);
        if (cluster) cluster.id = id;
      },
      ability: () => abilityOf(ownHealth, sandbox),
      demandsOf: ({ run: { spec }, passSeconds: most }) =>
        passDemands(spec, { ...ofRuns, PASS_SECONDS: most }, passSeconds(spec)),
    });
  };
  const execution = await opening().catch(giveUp);
  const runs = await Runs.open({ settings, storage, health, execution, logs, fairUse }).catch(giveUp);
  const families = new Families({
    ...{ runs, storage, health, isShared: shared !== null },
    shared: settings.ROLE === 'runner' ? null : (shared?.families ?? null),
    places: { total: total + 1, perNetwork },
  });
  lost = () => families.leave();
  // Programs that people execute by hand have their processes here, whoever executes runs.
  const plays = new Plays({
    ...{ settings, ready, programs, health: ownHealth, sandbox, fairUse, blocksPerSecond },
  });
  const removal = new Removal({ store, runs, families, programs });
  const rooms = kept.shared
    ? Rooms.openShared(storage.rooms, { ...kept.shared, isAway: () => storage.trouble !== null })
    : await Rooms.open(storage.rooms).catch(giveUp);
  for (const { id, state } of rooms.all) runs.shareCores(id, state.sharesCores);
  await runs.onSure((sureMs) => rooms.endExpired(sureMs)).catch(giveUp);
  runs.onSubmitted(({ id, seat }) => seat && rooms.submitted(seat, id));
  removal.onChangedElsewhere(() => rooms.forgetGone());
  removal.onRemoved((id) =>
    rooms.forgetRun(id).catch((error) => console.error('rooms: a removed run is still on a wall', error)),
  );
  // If nothing is to be kept ready, the first run on a runtime waits for its calibration.
  const used = settings.READY === 0 || settings.ROLE === 'web' ? [] : installed(pythons);
  const warm = used.map(async (runtime) => {
    await blocksPerSecond(runtime);
    ready.refill({ runtime, isSandboxed: false });
    // A changed program in Python is rarer: one is kept once there has been such a run.
    if (sandbox.runtimes.includes(runtime) && !isPython(runtime))
      ready.refill({ runtime, isSandboxed: true });
  });
  if (settings.READY > 0) compiler.warm(offered.runtimes);
  // Not fatal: if a runtime cannot be used, runs that ask for it fail.
  Promise.all(warm)
    .then(() => compressed.warm(() => used.length > 0 && !ready.closing.aborted && admission.active === 0))
    .catch((error) => {
      if (!ready.closing.aborted) console.error('A runtime cannot be used.', error);
    });

  return {
    settings: ofRuns,
    built,
    compressed,
    lessons,
    challenges,
    parseSpec: currentParser(() => ({
      maxJobs: settings.MAX_JOBS,
      ...limitsOf(ofRuns),
      lessons: lessonSettings,
      challenges: challengeNames,
      working: { lessons: health.runtimes, own: health.sandboxed },
      python: {
        runtimes: (shared === null ? runtimes : runners.present).filter(isPython),
        why: shared === null ? pythons.why : 'No server that executes runs has a Python.',
        lessons: pythonLessons,
      },
      code: {
        maxBytes: settings.CODE_BYTES,
        runtimes: offered.runtimes,
        why: offered.why,
        programs: lessonPrograms,
        notebook: NOTEBOOK.map(({ program }) => program),
      },
    })),
    programs,
    sandbox: offered,
    pythonLessons,
    health,
    storage,
    cluster,
    runs,
    families,
    plays,
    fairUse,
    removal,
    backups,
    rooms,
    walls: new Walls(runs, storage.rooms, challenges),
    guesses: new AllGuesses(allowances),
    ready,
    hints,
    secret,
    async close() {
      health.stop();
      kept.hurry();
      await removal.close();
      // Families first, so that they submit no further runs while the current ones end.
      const familiesEnded = families.close();
      const runsEnded = runs.close();
      const playsEnded = plays.close();
      // At the same time: a run may be waiting for one to boot. Also ends the runtimes that are still warming up.
      await Promise.all([
        familiesEnded,
        runsEnded,
        playsEnded,
        ready.close(),
        compiler.close(),
        hints.close(),
      ]);
      await Promise.allSettled(warm);
      await guard.close();
      rooms.close();
      logs.close();
      await kept.close();
      folder.release();
    },
  };
}

/**
 * Finds out what protects the server from programs that somebody wrote. Rejects with `SettingsError` if that is not
 * what the settings demand.
 */
async function sandboxFor(
  folder: string,
  { SANDBOX, MAX_JOBS, ROLE, MAX_PLAYS }: Settings,
  pythons: Pythons | Promise<Pythons>,
  find: typeof probe,
): Promise<Probed> {
  // It executes no runs, only what people execute by hand, which is on no runtime but these.
  if (ROLE === 'web') return MAX_PLAYS === 0 ? LESSONS_ONLY : find(folder, MAX_JOBS, SANDBOX);
  const probed = await find(folder, MAX_JOBS, SANDBOX, { pythons });
  if (SANDBOX !== null && probed.level !== SANDBOX)
    throw new SettingsError(`SANDBOX=${SANDBOX}: is not available here. ${probed.missing.join(' ')}`);
  return probed;
}
