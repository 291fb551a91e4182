import type { JobApi } from '../../../../server/program/types.ts';

/** Logs, and fails with, text that would be markup if a page did not escape it. */
export async function job(n: number, { log, work, random }: JobApi) {
  await work(random());
  for (const line of LINES) log(line);
  if (n > 0) throw new Error(`<b class="evil">${LINES.join('\n')}</b>`);
}

export const LINES = [
  '<img class="evil" src="/nothing.png" onerror="document.title=\'evil\'">',
  '<script class="evil">document.title = "evil"</script>',
  '</span></li></ol><h1 class="evil">evil</h1>',
  '&lt;b class="evil"&gt; &amp;amp; &#60;i&#62;',
  '<svg class="evil" onload="document.title=\'evil\'">',
  '"],"type":"run-ended","status":"failed"',
  'event: end',
];
