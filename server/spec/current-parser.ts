/** Parses specs by rules that change while the server runs. */
import type { SpecRules } from './asked.ts';
import { type ParsedSpec, specParser } from './parse.ts';

/** Returns a parser that follows rules that change. */
export function currentParser(rulesNow: () => SpecRules): (input: unknown) => ParsedSpec {
  let known = '';
  let parse: (input: unknown) => ParsedSpec;
  return (input) => {
    const rules = rulesNow();
    const key = JSON.stringify([
      rules.memoryMib,
      rules.code?.runtimes,
      rules.code?.why,
      rules.python?.runtimes,
      rules.python?.why,
      rules.working,
    ]);
    if (key !== known) parse = specParser(rules);
    known = key;
    return parse(input);
  };
}
