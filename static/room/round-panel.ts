/** The round on the wall: the question, how many have answered, how the class answered, and some explanations. */
import type { Phase, RoundNews } from '../../server/figures/room-news.ts';
import { count } from '../../server/words/units.ts';

/** What the class is asked to do. */
const TASK: Readonly<Record<Phase, string>> = {
  vote: 'What do you think?',
  talk: 'Talk about it.',
  'vote-again': 'And now?',
  run: 'Run it, and see.',
  explain: 'Why?',
  over: '',
};

/** What the panel says to a screen reader as long as nothing changes but the number of answers. */
const said = new WeakMap<Element, string>();

/** Fills the panel, which is a live region, if what it says has changed; empties it if there is no round. */
export function showRound(panel: Element, round: RoundNews | null, members: number): void {
  if (round === null || round.phase === 'over') {
    if (said.delete(panel)) panel.replaceChildren();
    return;
  }
  const { number, phase, question, answered } = round;
  const isVote = phase === 'vote' || phase === 'vote-again';
  const voters = isVote ? `${answered} of ${members} answered.` : '';
  const now = JSON.stringify({ ...round, answered: 0 });
  if (said.get(panel) === now) {
    const place = panel.querySelector('.wall-answered');
    if (place && place.textContent !== voters) place.textContent = voters;
    return;
  }
  said.set(panel, now);
  const task = element('p', 'wall-task', isVote ? `${TASK[phase]} ` : TASK[phase]);
  if (isVote) {
    const place = element('span', 'wall-answered', voters);
    // It changes with each answer.
    place.ariaLive = 'off';
    task.append(place);
  }
  panel.replaceChildren(
    element('p', 'wall-question', `Round ${number}. ${question}`),
    task,
    answersOf(round),
    ...round.explanations.map((text) => element('blockquote', '', text)),
  );
}

/** Returns the choices, each with a bar for each closed vote. */
function answersOf({ choices, counts, right }: RoundNews): HTMLElement {
  const list = element('ul', 'wall-answers', '');
  const most = Math.max(1, ...counts.flat());
  for (const [i, words] of choices.entries()) {
    const item = element('li', '', '');
    item.append(element('span', 'wall-choice', i === right ? `${words} ✓ right` : words));
    if (i === right) item.className = 'right';
    for (const [vote, one] of counts.entries()) {
      const meter = document.createElement('meter');
      // The words beside it say the same.
      meter.ariaHidden = 'true';
      meter.max = most;
      meter.value = one[i] ?? 0;
      item.append(
        meter,
        element('span', 'wall-votes', vote === 0 ? count(one[i] ?? 0, 'vote') : `then ${one[i] ?? 0}`),
      );
    }
    list.append(item);
  }
  return list;
}

function element(name: string, className: string, text: string): HTMLElement {
  const made = document.createElement(name);
  if (className !== '') made.className = className;
  made.textContent = text;
  // What somebody wrote may run from right to left.
  made.dir = 'auto';
  return made;
}
