/**
 * uPlot formats numbers in the browser's language as soon as it is loaded, and fails where the browser names one
 * that is none: Chromium in a POSIX locale says `en-US@posix`. To be imported before uPlot.
 */
try {
  Intl.getCanonicalLocales(navigator.language);
} catch {
  Object.defineProperty(navigator, 'language', { value: 'en', configurable: true });
}
