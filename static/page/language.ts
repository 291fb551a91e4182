/**
 * uPlot formats numbers in the browser's language when it is loaded, and throws if the language tag is invalid:
 * Chromium in a POSIX locale reports `en-US@posix`. Import this before uPlot.
 */
try {
  Intl.getCanonicalLocales(navigator.language);
} catch {
  Object.defineProperty(navigator, 'language', { value: 'en', configurable: true });
}
