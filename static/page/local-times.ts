/** Shows times in the reader's time zone: the server does not know it, and writes them in UTC. */

/** Replaces the text of each `<time class="local">` by its local time; the time in UTC becomes its title. */
export function showLocalTimes(): void {
  const format = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
  for (const time of document.querySelectorAll<HTMLTimeElement>('time.local')) {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    time.title = time.textContent;
    time.textContent = format.format(at);
  }
}
