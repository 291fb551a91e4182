/**
 * The style of a self-contained drawing, derived from the page's style sheets with every colour resolved, because many
 * image viewers support neither custom properties nor media queries. Those that ignore media queries show the light
 * colours.
 */
import fs from 'node:fs';

/** `light` is for images that are rendered once; `adaptive` is dark if the reader's system is. */
type DrawingStyle = { light: string; adaptive: string };

type Rule = { selector: string; body: string };

/** Reads the style sheets and derives the style. Throws if one uses a colour that none defines. */
export function readDrawingStyle(): DrawingStyle {
  const sheet = (name: string) =>
    fs.readFileSync(new URL(`../../static/${name}.css`, import.meta.url), 'utf8');
  return drawingStyle(sheet('page/colours'), sheet('chart/drawing') + sheet('chart/picture'));
}

function drawingStyle(colours: string, drawing: string): DrawingStyle {
  const [bright = '', dark = ''] = colours.split(/@media[^{]*prefers-color-scheme: dark/);
  const light = properties(bright);
  const all = new Map([...light, ...properties(dark)]);
  const rules = rulesOf(drawing);
  const lightRules = rules.map((rule) => resolved(rule, light));
  const darkRules = rules.filter(({ body }) => body.includes('var(')).map((rule) => resolved(rule, all));
  const lightText = lightRules.join('\n');
  return {
    light: lightText,
    adaptive: `${lightText}\n@media (prefers-color-scheme: dark) {\n${darkRules.join('\n')}\n}`,
  };
}

/** Returns the custom properties that a style sheet defines. */
function properties(css: string): Map<string, string> {
  return new Map(
    [...css.matchAll(/(--[\w-]+):\s*([^;]+);/g)].map(([, name = '', value = '']) => [name, value]),
  );
}

/** Returns the rules of a style sheet without nesting; the drawing's sheet has no other. */
function rulesOf(css: string): Rule[] {
  const found = css.replace(/\/\*.*?\*\//gs, '').matchAll(/([^{}]+)\{([^{}]*)\}/g);
  return [...found].map(([, selector = '', body = '']) => ({
    selector: selector.trim().replace(/\s+/g, ' '),
    body: body.trim().replace(/\s+/g, ' '),
  }));
}

/** Returns a rule with its custom properties resolved from `names`. Throws if one is not defined. */
function resolved({ selector, body }: Rule, names: Map<string, string>): string {
  const value = (text: string): string =>
    text.replace(/var\((--[\w-]+)\)/g, (whole, name: string) => {
      const found = names.get(name);
      if (found === undefined) throw new Error(`The drawing's style uses ${whole}, which no colour is.`);
      return value(found);
    });
  return `${selector} { ${value(body)} }`;
}
