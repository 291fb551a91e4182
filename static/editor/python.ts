/** Python in the editor: syntax, names, four spaces, and the api of programs. */
import { python } from '@codemirror/lang-python';
import { indentUnit } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { Api, type ApiType } from './api.ts';
import { pythonHelp } from './python-help.ts';

/** The build puts the table of the api here: see server/programs/build.ts. */
declare const PYTHON_API: string;

export const PYTHON: Extension = [
  indentUnit.of('    '),
  python(),
  pythonHelp(new Api(JSON.parse(PYTHON_API) as ApiType[])),
];
