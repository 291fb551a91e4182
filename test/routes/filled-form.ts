/** The form as browsers send it: its fields with what a person may have typed, and the headers that go with it. */
import { type Fields, QUICK } from '../playground-app.ts';

/** What htmx says of itself with each request. */
export const HTMX = { 'HX-Request': 'true' };
/** Headers of a form that is sent without script. */
export const FORM = { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'text/html' };

/** Every field of the form. */
export const WHOLE = {
  lesson: 'one-by-one',
  modes: ['sequential', 'threads'],
  runtime: 'node',
  jobs: '3',
  workers: '',
  minSeconds: '0',
  maxSeconds: '0',
  work: 'wait',
  seed: '7',
  repeat: '',
  sweep: '',
};
/** The form of a run that is as good as over when it starts. */
export const QUICK_FORM: Fields = { ...WHOLE, modes: [...QUICK.modes], jobs: '1' };
/** The form of a run that goes on until somebody stops it. */
export const ENDLESS_FORM: Fields = { ...QUICK_FORM, minSeconds: '3000', maxSeconds: '3600' };
