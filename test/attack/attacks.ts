/** All attacks. */
import type { Attack } from './attack.ts';
import { COMPILE } from './programs/compile.ts';
import { ENDLESS } from './programs/endless.ts';
import { GROW } from './programs/grow.ts';
import { POLLUTE } from './programs/pollute.ts';
import { PYTHON_ENDLESS } from './programs/python-endless.ts';
import { PYTHON_FORKS } from './programs/python-forks.ts';
import { PYTHON_REACH } from './programs/python-reach.ts';
import { REACH } from './programs/reach.ts';
import { WRITE } from './programs/write.ts';

export const ATTACKS: readonly Attack[] = [
  ...REACH,
  ...ENDLESS,
  ...GROW,
  ...WRITE,
  ...POLLUTE,
  ...COMPILE,
  ...PYTHON_REACH,
  ...PYTHON_ENDLESS,
  ...PYTHON_FORKS,
];
