/**
 * The function of the database by which a run enters the queue: enter.ts has its parameters, and what it throws. It is one
 * statement, so that the lock is held for its own commit only; and it waits for the lock for less time than a server
 * waits for its answer, so that no run enters later that the server has given up. A step of schema.ts: never changed.
 */
export const ENTER_QUEUE = `create function enter_queue(text, text, text, text, float8, float8, float8, float8, boolean, boolean,
  text, boolean, int, int, int, int, int, int, boolean) returns void language plpgsql set lock_timeout = '5s' as $body$
begin
  perform pg_advisory_xact_lock(7015203382);
  if not exists (select from servers where not is_dead and role <> 'web' and cores >= $5 and memory_mib >= $6
      and $11 = any (case when $12 then sandboxed else runtimes end)) then
    raise exception 'no server could execute this run' using errcode = 'PQ001';
  end if;
  if not ($19 or (
      (select count(*) from (select from queue where server is null limit $14) as few) < $14
      and (select count(*) from (select from queue where person = $2 and server is null limit $15) as few) < $15
      and (select count(*) from (select from queue where network = $3 and server is null limit $16) as few) < $16
      and (select count(*) from (select from queue where person = $2 limit $17) as few) < $17
      and (select count(*) from (select from queue where network = $3 limit $18) as few) < $18)) then
    raise exception 'there may be no place for this run' using errcode = 'PQ002';
  end if;
  with its_round as materialized (select greatest(
      (select coalesce(max(round) + 1, 0) from queue where person = $2),
      (select coalesce(min(round), 0) from queue where server is null)) as round),
  its_turn as materialized (select round, greatest(
      (select coalesce(max(turn) + 1, 0) from queue
        where coalesce(network, '') = coalesce($3, '') and queue.round = its_round.round),
      (select coalesce(min(turn), 0) from queue where server is null and queue.round = its_round.round)) as turn
    from its_round)
  insert into queue (run, person, network, room, cores, memory_mib, needs, lasts_ms, is_exclusive, shares, runtime,
    is_sandboxed, pass_seconds, round, turn)
  select $1, $2, $3, $4, $5, $6, $7, $8, $9,
    coalesce((select (state::json ->> 'sharesCores')::boolean from rooms where id = $4), $10),
    $11, $12, $13, round, turn from its_turn;
end $body$`;
