/** TypeScript in the editor: syntax, and the api of programs. */
import { typescriptLanguage } from '@codemirror/lang-javascript';
import { indentUnit } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { Api, type ApiType } from './api.ts';
import { apiHelp } from './api-help.ts';

/** The build puts the table of the api here: see server/programs/build.ts. */
declare const PROGRAM_API: string;

export const TYPESCRIPT: Extension = [
  indentUnit.of('  '),
  typescriptLanguage,
  apiHelp(new Api(JSON.parse(PROGRAM_API) as ApiType[])),
];
