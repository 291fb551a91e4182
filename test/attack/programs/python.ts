/** Attacks in Python, which has no permissions of its own: the jail and its filter of system calls must hold. */
import type { Attack } from '../attack.ts';

export const PYTHON: Attack[] = [];
