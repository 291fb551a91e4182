/** The part of a room's stream that says which views of runs are shared: see rooms/looks.ts. */
import type { Room } from '../rooms/room.ts';
import { type Frame, message } from './frames.ts';

/** Returns a function that returns what has changed since its last call, for a member; null for nobody's own. */
export function lookFeed(room: Room, member: () => number | null): () => Frame[] {
  let last = '';
  return () => {
    const now = JSON.stringify(room.looks.newsFor(member(), 0));
    if (now === last) return [];
    last = now;
    return [message('look', JSON.stringify(room.looks.newsFor(member(), performance.now())))];
  };
}
