/** The fills of bars as SVG: hatches are patterns with ids that begin with the drawing's id. */
import { html } from 'hono/html';
import { BAR_STATES, type BarState } from '../../server/timeline/model.ts';
import { type Hatch, STATE_LOOKS } from '../../server/words/looks.ts';

/** Renders the definitions of all hatches; a bar refers to them by `url(#id-state)`. */
export function patterns(id: string) {
  const hatched = BAR_STATES.flatMap((state) => {
    const look = STATE_LOOKS[state];
    return look.fill === 'hatched' ? [pattern(id, state, look.hatch)] : [];
  });
  return html`<defs>
${hatched}</defs>`;
}

/** Returns a bar's fill attribute; `id` is that of the drawing's patterns. */
export function fillOf(state: BarState, id: string) {
  const look = STATE_LOOKS[state];
  if (look.fill === 'hatched') return html`fill="url(#${id}-${state})"`;
  return look.fill === 'dashed' ? html`fill="none" stroke-dasharray="${look.dash} ${look.dash}"` : null;
}

function pattern(id: string, state: BarState, { size, strokes, hasGround }: Hatch) {
  const lines = strokes.flatMap((one) => ('radius' in one ? [] : [one]));
  const dots = strokes.flatMap((one) => ('radius' in one ? [one] : []));
  const d = lines.map(([x1, y1, x2, y2]) => `M${x1} ${y1}L${x2} ${y2}`).join('');
  return html`<pattern id="${id}-${state}" width="${size}" height="${size}" patternUnits="userSpaceOnUse">${hasGround ? html`<rect class="ground ${state}" width="${size}" height="${size}"/>` : null}${lines.length > 0 ? html`<path class="hatch ${state}" d="${d}"/>` : null}${dots.map(({ x, y, radius }) => html`<circle class="hatch ${state}" cx="${x}" cy="${y}" r="${radius}"/>`)}</pattern>
`;
}
