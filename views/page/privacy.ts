/** The page about what is stored about its reader, and for how long. Its claims are tested in test/routes/privacy. */
import { html } from 'hono/html';
import { capital } from '../../server/words/english.ts';
import { count } from '../../server/words/units.ts';

/** What the page's script and the server keep in a browser. `key`: what the name begins with, if it ends with `…`. */
export const IN_BROWSER = [
  {
    kind: 'cookie',
    key: 'person',
    what: 'the random number of this browser, so that your runs are yours',
    until: 'a year after it was set',
  },
  {
    kind: 'cookie',
    key: 'strips',
    what: 'whether the timelines show memory and cores',
    until: 'a year after you chose',
  },
  { kind: 'localStorage', key: 'lessons-done', what: 'the lessons that you have finished', until: null },
  {
    kind: 'localStorage',
    key: 'challenges-solved',
    what: 'the challenges that you have solved',
    until: null,
  },
  { kind: 'localStorage', key: 'guess:…', what: 'your guess about each lesson', until: null },
  { kind: 'localStorage', key: 'guesses', what: 'your guesses about your latest 100 runs', until: null },
  { kind: 'localStorage', key: 'words:…', what: 'explanations in your own words', until: null },
  { kind: 'localStorage', key: 'program:…', what: 'programs that you have changed, at most 30', until: null },
  {
    kind: 'sessionStorage',
    key: 'cancel …',
    what: 'the keys to cancel what this tab has started',
    until: 'you close the tab',
  },
  {
    kind: 'sessionStorage',
    key: 'tab',
    what: 'a random name of this tab, so that each tab keeps its own program',
    until: 'you close the tab',
  },
  {
    kind: 'sessionStorage',
    key: 'look …',
    what: 'whether this tab follows a view of a run in a room, or shows one',
    until: 'you close the tab',
  },
  {
    kind: 'sessionStorage',
    key: 'events-held',
    what: 'whether your network holds live updates back',
    until: 'you close the tab',
  },
] as const;

/** `retentionDays`: how long runs are kept. `isShared`: several servers share a database. `base`: see `Site`. */
type PrivacyProps = { retentionDays: number; isShared: boolean; base: string };

/** Renders the main part of the page. */
export function privacyText({ retentionDays, isShared, base }: PrivacyProps) {
  const whileFair = isShared
    ? 'It is kept in the database for up to an hour or so, to share the time of the servers fairly between people, and then removed.'
    : 'This server remembers it for up to an hour or so, in memory only, to share its time fairly between people.';
  return html`<div class="reading privacy">
<h1>What is stored about you</h1>
<p>There are no accounts and no email addresses, and no names but the one that you may take in a room. The pages load nothing from other servers, and count no visits.</p>
<h2>On this server</h2>
<dl class="terms">
<div><dt>Your runs</dt><dd>The program and settings, everything that the program printed and did, when you started it, and the random number of your browser. They are kept for ${count(retentionDays, 'day')}, and removed within a day after that.</dd></div>
<div><dt>Your address</dt><dd>Not stored with your runs if your browser keeps cookies. ${whileFair} If you start runs without a cookie, as programs do, your network address is stored with them as their owner; of an IPv6 address, the first half.</dd></div>
<div><dt>Rooms</dt><dd>If you enter a room: the name that you took there, what you answered and explained, whether you ask for help and with which run, and which of your runs you made in it. The programs that its teacher gives it are stored with the room, the latest 20. All but the runs is removed when you leave, and when its teacher removes you or ends the room. If you are removed, the room keeps a check value of your browser’s number until it ends or its teacher lets you in again, so that you cannot enter under another name. A room that nobody ends is open for two weeks, or longer if its teacher keeps it, says so three days before it ends, and is removed within two days after that. The name is shown on the wall to everyone in the room.</dd></div>
<div><dt>Reports</dt><dd>If you report a run: your text and the time, but not who you are. It is removed with the run.</dd></div>
<div><dt>Programs while you write</dt><dd>They are checked for mistakes as you type, and not stored until you press Run.</dd></div>
<div><dt>Games</dt><dd>Which job you let take its next step is in this server’s memory only, for up to an hour or so after your last press.${isShared ? ' A cookie of the proxy may say which server that is, until you close the browser.' : ''} “Save” makes a run of it.</dd></div>
<div><dt>Its own log</dt><dd>If something goes wrong here, this server logs the kind of page and the fault, and nothing about you. A proxy in front of it may log more: ask whoever runs it.</dd></div>
</dl>
<h2>In this browser</h2>
<dl class="terms">
${IN_BROWSER.map(
  ({
    kind,
    key,
    what,
    until,
  }) => html`<div><dt><code>${key}</code></dt><dd>${capital(what)}. <span class="quiet">${kind}, until ${until ?? 'you clear it'}</span></dd></div>
`,
)}</dl>
<p>Your browser’s settings for this site clear all of it. Without the cookie, the runs that you have started are no longer in “My runs”, and you can no longer delete them.</p>
<h2>Who can see your runs</h2>
<p>Everyone who has the link, and whoever runs this server. Links cannot be guessed, and this server lists nobody’s runs but your own. It asks search engines not to list any runs, and browsers not to store the pages about yours.</p>
<h2>How to delete them</h2>
<p>Press “Delete” in <a href="${base}/runs">My runs</a>, or on a run’s page. The link stops working at once, and the run is removed from the database. Copies that others have made, and backups of this server, are beyond its reach. If you have lost the cookie, ask whoever runs this server.</p>
</div>`;
}
