/** The form as browsers send it: fields that a person may have typed, and headers. */
import { type Fields, QUICK } from '../playground-app.ts';

/** The header that htmx sends with each request. */
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
  preemptions: '',
  schedules: '',
};
/** The form of a run that ends almost at once. */
export const QUICK_FORM: Fields = { ...WHOLE, modes: [...QUICK.modes], jobs: '1' };
/** The form of a run that continues until it is stopped. */
export const ENDLESS_FORM: Fields = { ...QUICK_FORM, minSeconds: '3000', maxSeconds: '3600' };
