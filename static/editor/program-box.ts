/**
 * The box in which the program is written: the form's textarea (views/page/program-field.ts), which is whole without
 * script and, as soon as that is loaded, an editor in its place.
 */
import type { Language } from '../../server/spec/language.ts';
import type { CodeEditor } from './code-editor.ts';
import { loadLanguage } from './languages.ts';
import { pressRun } from './page-program.ts';

/** Callbacks for the box: the text has changed; a line’s number was pressed. */
type Listener = { changed(): void; pressed(line: number): void };

export class ProgramBox {
  readonly #root: HTMLElement;
  readonly #listener: Listener;
  #editor: CodeEditor | null = null;
  #isLoading = false;

  constructor(root: HTMLElement, listener: Listener) {
    this.#root = root;
    this.#listener = listener;
  }

  get textarea(): HTMLTextAreaElement {
    return this.#root.querySelector('textarea') ?? document.createElement('textarea');
  }

  /** The editor; null while there is only the textarea. */
  get editor(): CodeEditor | null {
    return this.#editor;
  }

  get text(): string {
    return this.#editor?.text ?? this.textarea.value;
  }

  /** Replaces the text as one step that can be undone. */
  replace(text: string): void {
    if (this.#editor === null) {
      this.textarea.value = text;
      this.#listener.changed();
    } else this.#editor.replace(text);
  }

  /** Shows the text of another program. */
  fill(text: string, language: Language): void {
    this.textarea.value = text;
    this.#editor?.turnTo(language, text);
  }

  focus(): void {
    if (this.#editor) this.#editor.focus();
    else this.textarea.focus({ preventScroll: true });
  }

  set isReadOnly(isReadOnly: boolean) {
    this.textarea.readOnly = isReadOnly;
    if (this.#editor) this.#editor.isReadOnly = isReadOnly;
  }

  /**
   * Puts the editor in the textarea's place. Returns whether it has: if the editor cannot be loaded, or is there already,
   * all stays as it is. `texts`: says the language of the program, which may change meanwhile.
   */
  async load(texts: { readonly language: Language }): Promise<boolean> {
    if (this.#isLoading) return false;
    this.#isLoading = true;
    const { language } = texts;
    const [loaded, support] = await Promise.all([
      import('./code-editor.ts').catch(() => null),
      loadLanguage(language),
    ]);
    const { textarea } = this;
    const host = textarea.parentElement;
    if (loaded === null || host === null) {
      this.#isLoading = false;
      return false;
    }
    const hadFocus = document.activeElement === textarea;
    // The textarea has no slot in it, so it is no longer drawn; it stays the form's field.
    const root = host.attachShadow({ mode: 'open', delegatesFocus: true });
    this.#editor = new loaded.CodeEditor(root, textarea.value, { language, support }, 'Program', {
      changed: () => {
        textarea.value = this.text;
        this.#listener.changed();
      },
      run: pressRun,
      pressed: (line) => this.#listener.pressed(line),
    });
    this.#editor.turnTo(texts.language, textarea.value);
    this.#editor.isReadOnly = textarea.readOnly;
    this.#editor.select(textarea.selectionStart, textarea.selectionEnd);
    if (hadFocus) this.#editor.focus();
    return true;
  }
}
