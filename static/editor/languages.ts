/** What the editor knows of each language. A language loads when a program in it is edited. */
import type { Extension } from '@codemirror/state';
import type { Language } from '../../server/spec/language.ts';

/** Resolves with the extensions for a language; with none if they cannot be loaded: the editor then has no colours. */
export async function loadLanguage(language: Language): Promise<Extension> {
  try {
    if (language === 'py') return (await import('./python.ts')).PYTHON;
    return (await import('./typescript.ts')).TYPESCRIPT;
  } catch {
    return [];
  }
}
