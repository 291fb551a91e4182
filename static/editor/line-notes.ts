/** What the editor shows at lines: how the run on the page went there, what it has thrown, and what the server refused. */
import type { LineMarks } from '../run/line-marks.ts';
import type { Problem } from './problems.ts';
import type { ProgramBox } from './program-box.ts';

/** `isAsRun`: the program is what the run on the page has run. What is known of the run is shown only then. */
export class LineNotes {
  readonly #box: ProgramBox;
  #marks: ReadonlyMap<number, LineMarks> = new Map();
  #thrown: readonly Problem[] = [];
  #isRunShown = false;
  /** What the server refused in the program as it was sent. */
  #refused: readonly Problem[] = [];

  constructor(box: ProgramBox) {
    this.#box = box;
  }

  mark(marks: ReadonlyMap<number, LineMarks>, isAsRun: boolean): void {
    this.#marks = marks;
    if (isAsRun) this.#box.editor?.mark(marks);
  }

  showThrown(thrown: readonly Problem[], isAsRun: boolean): void {
    this.#thrown = thrown;
    this.#box.editor?.show('thrown', isAsRun ? thrown : []);
  }

  showRefused(refused: readonly Problem[]): void {
    this.#refused = refused;
    this.#box.editor?.show('syntax', refused, true);
  }

  /** Forgets what was refused. The editor's marks stay on lines that have not changed; the list names lines by number. */
  dropRefused(): void {
    document.querySelector('.code-errors')?.remove();
    this.#refused = [];
  }

  /** Shows what is known of the run; of an edited program nothing, until it is as before again. */
  follow(isAsRun: boolean): void {
    if (isAsRun === this.#isRunShown) return;
    this.#isRunShown = isAsRun;
    this.#box.editor?.mark(isAsRun ? this.#marks : null);
    if (isAsRun) this.#box.editor?.show('thrown', this.#thrown);
  }

  /** Shows it again, for another text. */
  renew(isAsRun: boolean): void {
    this.#isRunShown = false;
    this.follow(isAsRun);
  }

  /** Shows all of it in an editor that has been loaded since. */
  showAll(isAsRun: boolean): void {
    this.showRefused(this.#refused);
    this.renew(isAsRun);
  }
}
