/**
 * Builds what the Dockerfile builds, without Docker: each stage is a folder with a Debian from debootstrap, in which
 * its instructions are carried out. Needs root.
 */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { commandIn, environmentOf, last, type Stage } from './dockerfile.ts';

/** An image: its file system, and how to start it. Sizes are in MB. */
export type Image = {
  root: string;
  user: string;
  env: Record<string, string>;
  folder: string;
  volume: string;
  command: string[];
  healthCheck: string[];
  baseMb: number;
  mb: number;
};

/** What the slim images of Debian leave out. */
const NOT_SLIM = ['doc', 'info', 'lintian', 'linda', 'locale', 'man', 'groff'].map(
  (name) => `usr/share/${name}`,
);

/** Builds the stages in `folder`, and returns the last. A Debian that is in `folder` already is used again. */
export function build(stages: readonly Stage[], folder: string, print: (line: string) => void): Image {
  const built = new Map<string, string>();
  let image: Image | null = null;
  for (const [at, stage] of stages.entries()) {
    const root = path.join(folder, stage.name ?? `stage-${at}`);
    fs.rmSync(root, { recursive: true, force: true });
    execFileSync('cp', ['-a', debian(stage.base, folder, print), root]);
    const baseMb = megabytes(root);
    let cwd = '/';
    for (const { word, rest } of stage.instructions) {
      if (['WORKDIR', 'RUN', 'COPY'].includes(word)) print(`${word} ${rest}`);
      if (word === 'WORKDIR') {
        cwd = path.resolve(cwd, rest);
        fs.mkdirSync(path.join(root, cwd), { recursive: true });
      }
      if (word === 'RUN') run(root, cwd, rest);
      if (word === 'COPY') copy(rest, path.join(root, cwd), built);
    }
    if (stage.name) built.set(stage.name, root);
    image = {
      root,
      user: last(stage, 'USER') ?? '0:0',
      env: environmentOf(stage),
      folder: cwd,
      volume: last(stage, 'VOLUME') ?? '',
      command: [...commandIn(last(stage, 'ENTRYPOINT') ?? '[]'), ...commandIn(last(stage, 'CMD') ?? '[]')],
      healthCheck: commandIn(/CMD (.*)/.exec(last(stage, 'HEALTHCHECK') ?? '')?.[1] ?? '[]'),
      baseMb,
      mb: megabytes(root),
    };
  }
  if (image === null) throw new Error('The Dockerfile has no FROM.');
  return image;
}

/** Returns the folder of a base image: Debian, with Node and npm in those of Node. */
function debian(base: string, folder: string, print: (line: string) => void): string {
  const [, suite = 'trixie'] = /^debian:(\w+)-slim$/.exec(base) ?? [];
  const root = path.join(folder, base.replaceAll(/\W/g, '-'));
  if (fs.existsSync(root)) return root;
  print(`${base}: debootstrap of ${suite}`);
  const part = `${root}.part`;
  fs.rmSync(part, { recursive: true, force: true });
  // Node's image has what Node needs.
  const more = base.startsWith('node:') ? ['--include=libatomic1'] : [];
  execFileSync('debootstrap', ['--variant=minbase', ...more, suite, part], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  for (const name of [...NOT_SLIM, 'var/cache/apt', 'var/lib/apt/lists'])
    fs.rmSync(path.join(part, name), { recursive: true, force: true });
  if (base.startsWith('node:')) {
    const bin = path.join(part, 'usr/local/bin');
    const modules = path.join(part, 'usr/local/lib/node_modules');
    fs.mkdirSync(modules, { recursive: true });
    fs.copyFileSync('node_modules/node/bin/node', path.join(bin, 'node'));
    const npm = path.join(execFileSync('npm', ['root', '--global'], { encoding: 'utf8' }).trim(), 'npm');
    execFileSync('cp', ['-aL', npm, modules]);
    fs.symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', path.join(bin, 'npm'));
  }
  fs.renameSync(part, root);
  return root;
}

/** Runs a command of the shell in a file system, with the network of this machine, and the certificates it trusts. */
function run(root: string, cwd: string, command: string): void {
  fs.copyFileSync('/etc/resolv.conf', path.join(root, 'etc/resolv.conf'));
  fs.mkdirSync(path.join(root, 'etc/ssl/certs'), { recursive: true });
  const script = `
    set -e
    mount -t proc proc "$1/proc"
    mount --rbind /dev "$1/dev"
    [ ! -d /etc/ssl/certs ] || mount --bind /etc/ssl/certs "$1/etc/ssl/certs"
    exec chroot "$1" /bin/sh -c 'cd "$1" && exec /bin/sh -ec "$2"' sh "$2" "$3"`;
  execFileSync('unshare', ['--mount', '/bin/sh', '-c', script, 'sh', root, cwd, command], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      DEBIAN_FRONTEND: 'noninteractive',
      PATH: environmentOf({ base: '', name: null, instructions: [] }).PATH,
    },
  });
}

/** Copies files of this folder, but those in .dockerignore, or of an earlier stage. */
function copy(rest: string, cwd: string, built: ReadonlyMap<string, string>): void {
  const words = rest.split(/\s+/);
  const from = /^--from=(.*)/.exec(words[0] ?? '')?.[1];
  if (from !== undefined) words.shift();
  const target = path.resolve(cwd, words.pop() ?? '.');
  const ignored = fs.readFileSync('.dockerignore', 'utf8').trim().split('\n');
  for (const word of words) {
    const source = from === undefined ? path.resolve(word) : path.join(built.get(from) ?? '', word);
    const isFolder = fs.statSync(source).isDirectory();
    fs.cpSync(source, isFolder || !rest.endsWith('/') ? target : path.join(target, path.basename(word)), {
      recursive: true,
      verbatimSymlinks: true,
      preserveTimestamps: true,
      filter: (file) => from !== undefined || !ignored.includes(path.relative('.', file)),
    });
  }
}

function megabytes(root: string): number {
  return Math.round(Number(execFileSync('du', ['-sb', root], { encoding: 'utf8' }).split('\t')[0]) / 1e6);
}
