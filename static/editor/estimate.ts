/** The estimate beside Run, which is about the program that the page came with: see `GET /expected`. */

export class Estimate {
  /** What the estimate is about; null before the program on the page has been shown. */
  #about: string | null = null;

  /**
   * Requests another estimate once the program is another than the one that the last was about, or is that again.
   * `isChanged`: it is not a lesson's. `isServed`: it is the one that the page came with.
   */
  follow(isChanged: boolean, isServed: boolean): void {
    const about = `${isChanged} ${isServed}`;
    const isOther = this.#about === null ? !isServed : this.#about !== about;
    this.#about = about;
    if (isOther) document.getElementById('run-form')?.dispatchEvent(new Event('program-change'));
  }
}
