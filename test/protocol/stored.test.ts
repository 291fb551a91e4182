/** The check of stored events: it lets through every event that a server has ever written. */
import { expect, it } from 'vitest';
import { storedType } from '../../server/protocol/stored.ts';
import { recordedRuns } from '../recorded/read.ts';

it('storedType: all events of all recorded runs are sound', () => {
  for (const { name, events } of recordedRuns()) {
    const damaged = events.filter((event, at) => storedType(JSON.stringify(event), at + 1) !== event.type);
    expect({ name, damaged }).toEqual({ name, damaged: [] });
  }
});
