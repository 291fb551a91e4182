/** A link as a QR code in a terminal, dark on light whatever the terminal’s own colours are. */
import { encode } from 'uqr';

/** What is known of a terminal. */
export type Terminal = { isTTY?: boolean | undefined; columns?: number | undefined };

/** Light modules around the code, which scanners need. */
const QUIET = 4;
/** Black on white of the 256 colours, which themes do not change; before it, that of the eight, for others. */
const BLACK_ON_WHITE = '\x1b[30;47m\x1b[38;5;16;48;5;231m';
const OWN_COLOURS = '\x1b[0m';
/** An upper and a lower module in one character, by whether each is dark. */
const HALVES = { both: '█', upper: '▀', lower: '▄', none: ' ' } as const;

/** Returns the lines of the code; none if the output is no terminal, has no colours, or is too narrow. */
export function terminalQr(link: string, { isTTY, columns = 0 }: Terminal, env: NodeJS.ProcessEnv): string[] {
  if (!isTTY || env.TERM === 'dumb' || env.NO_COLOR) return [];
  const { data, size } = encode(link, { border: QUIET, ecc: 'L' });
  if (size > columns) return [];
  const lines: string[] = [];
  for (let y = 0; y < size; y += 2) {
    const lower = data[y + 1];
    const chars = (data[y] ?? []).map((dark, x) => half(dark, lower?.[x] ?? false));
    lines.push(`${BLACK_ON_WHITE}${chars.join('')}${OWN_COLOURS}`);
  }
  return lines;
}

function half(upper: boolean, lower: boolean): string {
  if (upper) return lower ? HALVES.both : HALVES.upper;
  return lower ? HALVES.lower : HALVES.none;
}
