/** The hatches of a drawing, as SVG patterns whose ids begin with `id`. */
import { html } from 'hono/html';

/** Definitions of `starting`, `queue`, `lock` and `worker`; a bar refers to them by `url(#id-state)`. */
export function patterns(id: string) {
  return html`<defs>
<pattern id="${id}-starting" width="5" height="5" patternUnits="userSpaceOnUse"><path class="hatch starting" d="M-1 1L1 -1M0 5L5 0M4 6L6 4"/></pattern>
<pattern id="${id}-queue" width="6" height="6" patternUnits="userSpaceOnUse"><rect class="ground queue" width="6" height="6"/><path class="hatch queue" d="M1.5 0V6M4.5 0V6"/></pattern>
<pattern id="${id}-lock" width="6" height="6" patternUnits="userSpaceOnUse"><rect class="ground lock" width="6" height="6"/><path class="hatch lock" d="M0 0L6 6M6 0L0 6"/></pattern>
<pattern id="${id}-worker" width="4" height="4" patternUnits="userSpaceOnUse"><circle class="hatch worker" cx="2" cy="2" r="0.8"/></pattern>
</defs>`;
}
