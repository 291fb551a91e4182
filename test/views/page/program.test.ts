/** The program's panel: which text can be changed in which language, and the scripts that there are. */
import { describe, expect, it } from 'vitest';
import type { ProgramProps } from '../../../views/page/program.ts';
import { programDetails } from '../../../views/page/program.ts';
import { elements } from '../../markup.ts';

const LESSON = { slug: 'join', title: 'Join', program: '// ts\n', python: '# py\n' };
const OWN = { slug: '', title: 'Mine', program: '# Mine\n', python: null };

function panel(props: Partial<ProgramProps>): string {
  const rest = {
    runId: null,
    spec: { runtime: 'node' },
    whyFixed: { ts: null, py: null },
    base: '',
  } as const;
  return String(programDetails({ entry: LESSON, ...rest, ...props }));
}

/** Returns the language and the text of the field; null if the program cannot be changed. */
function field(html: string): [language: string | undefined, text: string] | null {
  const editor = elements(html, 'program-editor')[0];
  const text = elements(html, 'textarea')[0]?.text;
  return editor && text !== undefined ? [editor.attributes['data-language'], text] : null;
}

const WHY = 'Only programs in JavaScript can be changed here. This one runs as it is.';

describe('program', () => {
  it('of a lesson before a run: both texts to read, and the one of the chosen runtime to change', () => {
    const html = panel({});
    expect(field(html)).toEqual(['ts', '// ts']);
    expect(elements(html, 'pre').map(({ text }) => text)).toEqual(['// ts', '# py']);
    expect(field(panel({ spec: { runtime: 'python' } }))).toEqual(['py', '# py']);
    expect(html).toContain('href="/lessons/join?runtime=python#program"');
  });

  it('of a lesson whose Python cannot be changed here: says why where it is read', () => {
    const whyFixed = { ts: null, py: WHY };
    const html = panel({ whyFixed, spec: { runtime: 'python' } });
    expect(field(html)).toEqual(['ts', '// ts']);
    expect(html).toMatch(/<div class="in-python" data-fixed>\s*<p class="why-fixed quiet">Only programs in/);
    const ran = panel({
      ...{ whyFixed, runId: 'R', spec: { runtime: 'python' } },
      entry: { ...LESSON, program: '# py\n' },
    });
    expect(field(ran)).toBe(null);
    expect(ran).toContain(WHY);
  });

  it('of somebody’s: the scripts of its language, and why there is none of the other', () => {
    const inPython = panel({ entry: OWN, runId: 'R', spec: { runtime: 'python-free-threaded' } });
    expect(field(inPython)).toEqual(['py', '# Mine']);
    const tabs = (html: string) =>
      elements(html, 'a')
        .filter(({ attributes }) => attributes.class === 'tab')
        .map(({ attributes }) => attributes.href ?? null);
    expect(tabs(inPython)).toEqual(['/runs/R/source.py', null, null, '/runs/R/program.py']);
    expect(inPython).toContain('This program is in Python, and programs are not translated.');
    const inJavaScript = panel({ entry: OWN, runId: 'R' });
    expect(tabs(inJavaScript)).toEqual([
      '/runs/R/source.ts',
      '/runs/R/program.mjs',
      '/runs/R/program.ts',
      null,
    ]);
    expect(inJavaScript).toContain('Only the lessons have a Python version');
  });
});
