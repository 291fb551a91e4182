/**
 * The style of a drawing that stands alone, made from the page's own style sheets: every colour by its value, for
 * image viewers know neither custom properties nor media queries. What they leave out is the dark half.
 */
import fs from 'node:fs';

/** `light` is for what is drawn once and for all; `adaptive` is dark where the reader's system is. */
export type DrawingStyle = { light: string; adaptive: string };

type Rule = { selector: string; body: string };

/** Reads the sheets and makes the style. Throws where a sheet uses a colour that no sheet sets. */
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
  const lightRules = rules.map((rule) => written(rule, light));
  const darkRules = rules.filter(({ body }) => body.includes('var(')).map((rule) => written(rule, all));
  const lightText = lightRules.join('\n');
  return {
    light: lightText,
    adaptive: `${lightText}\n@media (prefers-color-scheme: dark) {\n${darkRules.join('\n')}\n}`,
  };
}

/** The custom properties that a sheet sets. */
function properties(css: string): Map<string, string> {
  return new Map(
    [...css.matchAll(/(--[\w-]+):\s*([^;]+);/g)].map(([, name = '', value = '']) => [name, value]),
  );
}

/** Rules without nesting: all that a drawing's sheet has. */
function rulesOf(css: string): Rule[] {
  const found = css.replace(/\/\*.*?\*\//gs, '').matchAll(/([^{}]+)\{([^{}]*)\}/g);
  return [...found].map(([, selector = '', body = '']) => ({
    selector: selector.trim().replace(/\s+/g, ' '),
    body: body.trim().replace(/\s+/g, ' '),
  }));
}

/** A rule with the values of `names`; throws where one is used that nobody sets. */
function written({ selector, body }: Rule, names: Map<string, string>): string {
  const value = (text: string): string =>
    text.replace(/var\((--[\w-]+)\)/g, (whole, name: string) => {
      const found = names.get(name);
      if (found === undefined) throw new Error(`The drawing's style uses ${whole}, which no colour is.`);
      return value(found);
    });
  return `${selector} { ${value(body)} }`;
}
