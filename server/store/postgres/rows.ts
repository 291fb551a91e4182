/** What to select of the PostgreSQL database for each kind of row that `../rows.ts` reads. */
const COMMON = 'id, person, spec, created_at as "createdAt", status';
const OF_RUN = `${COMMON}, family, place, room, member`;

export const RUN = `select ${OF_RUN} from runs`;
export const FAMILY_COLUMNS = `${COMMON}, kind, count`;
export const FAMILY = `select ${FAMILY_COLUMNS} from families`;
export const LISTED = `select ${OF_RUN}, hidden,
  (select count(*) from reports where run = runs.id) as reports from runs`;
