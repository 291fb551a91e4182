/** Python in the editor: four spaces. */
import { indentUnit } from '@codemirror/language';
import type { Extension } from '@codemirror/state';

/** The extensions. */
export const PYTHON: Extension = [indentUnit.of('    ')];
