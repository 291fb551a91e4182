/** The rows of rooms in the PostgreSQL database. */
import { z } from 'zod';

const time = z.int();
export const roomRow = z.object({
  id: z.string(),
  code: z.string(),
  key: z.string(),
  teacherKey: z.string(),
  createdAt: time,
  expiresAt: time,
  state: z.string(),
});
export const memberRow = z.object({
  number: z.int(),
  person: z.string(),
  name: z.string(),
  joinedAt: time,
  showsName: z.boolean(),
  handAt: time.nullable(),
  handRun: z.string().nullable(),
});
export const answerRow = z.object({
  round: z.int(),
  vote: z.union([z.literal(1), z.literal(2)]),
  member: z.int(),
  choice: z.int(),
});
export const explanationRow = z.object({
  round: z.int(),
  member: z.int(),
  text: z.string(),
  isShown: z.boolean(),
});
export const latestRow = z.object({ member: z.int(), id: z.string() });
export const programRow = z.object({ spec: z.string() });
export const numberRow = z.object({ number: z.number() });
/** Returns rows, each as `schema` reads it. Those that make no sense are left out, and counted. */
export function readRows<T>(what: string, schema: z.ZodType<T>, found: unknown[]): T[] {
  const rows = found.map((row) => schema.safeParse(row)).flatMap(({ data }) => (data ? [data] : []));
  const damaged = found.length - rows.length;
  if (damaged > 0) console.error(`${what}: ${damaged} of ${found.length} are damaged, and left out.`);
  return rows;
}
