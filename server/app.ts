/**
 * The web app: middleware and routes.
 *
 *   form ──POST /runs──▶ routes/runs ─▶ spec/parse ─▶ runs/runs ─▶ runs/admission
 *                                                        │
 *                        programs/programs ─▶ runs/run ─▶ runs/pass ─▶ launch/* ═▶ program process (program/*)
 *                                                        │◀══════ reports, a line each (protocol/*) ══════╝
 *                                      runs/pass/ledger ─┤
 *   page ◀─SSE─ routes/events ◀ runs/log/published-log ◀─┴─ runs/log/run-log ─▶ store/sqlite
 *     │
 *     └▶ static/run ─▶ timeline/* ─▶ figures/* ─▶ words/* ─▶ static/stage ─▶ static/chart, and views/run
 *
 * The server renders pages and exports with the same timeline, figures and words (views/*, exports/*). A replay
 * (timeline/replay) and a comparison of two runs (static/compare) feed the same stage as a live run.
 */
import { Hono } from 'hono';
import { compress } from 'hono/compress';
import type { GetConnInfo } from 'hono/conninfo';
import { HTTPException } from 'hono/http-exception';
import { routePath } from 'hono/route';
import { secureHeaders } from 'hono/secure-headers';
import { Drawings } from './exports/drawings.ts';
import { RoomOverError } from './rooms/room-share.ts';
import { baseOf, checkBase, linkForOthers, pathBelow } from './routes/address.ts';
import { apiRoutes } from './routes/api.ts';
import { assetRoutes } from './routes/assets.ts';
import { limitBody } from './routes/body.ts';
import { refusalOf } from './routes/busy.ts';
import { storeNothing } from './routes/caching.ts';
import { challengeRoutes } from './routes/challenges.ts';
import { compareRoutes } from './routes/compare.ts';
import { deletionRoutes } from './routes/deletion.ts';
import { eventRoutes } from './routes/events.ts';
import { expectedRoutes } from './routes/expected.ts';
import { exportRoutes } from './routes/exports.ts';
import { failure } from './routes/failure.ts';
import { familyRoutes } from './routes/families.ts';
import { gameRoutes } from './routes/games.ts';
import { healthRoutes } from './routes/health.ts';
import { hintRoutes } from './routes/hints.ts';
import { refuseBadHost, refuseUnknownHosts } from './routes/hosts.ts';
import { knowRooms } from './routes/know-rooms.ts';
import { Metrics, metricsRoutes } from './routes/metrics.ts';
import { notebookRoutes } from './routes/notebook.ts';
import { orderRoutes } from './routes/orders.ts';
import {
  frameOptions,
  isFramedElsewhere,
  letRead,
  READ_BY_EMBED,
  relaxHeaders,
} from './routes/other-sites.ts';
import { ownRoundRoutes } from './routes/own-rounds.ts';
import { pageRoutes } from './routes/pages.ts';
import { type Env, identify } from './routes/person.ts';
import type { Playground } from './routes/playground.ts';
import { raisedHandRoutes } from './routes/raised-hand.ts';
import { reportRoutes } from './routes/reports.ts';
import { watchRequests } from './routes/requests.ts';
import { roomCoresRoutes } from './routes/room-cores.ts';
import { roomEventRoutes } from './routes/room-events.ts';
import { roomExpiryRoutes } from './routes/room-expiry.ts';
import { roomExportRoutes } from './routes/room-export.ts';
import { roomHandRoutes } from './routes/room-hand.ts';
import { lookRoutes } from './routes/room-look.ts';
import { roomProgramRoutes } from './routes/room-programs.ts';
import { roomRuleRoutes } from './routes/room-rule-routes.ts';
import { roomRoutes } from './routes/rooms.ts';
import { roundRoutes } from './routes/round-answers.ts';
import { runRoutes } from './routes/runs.ts';
import { refuseOtherSites } from './routes/same-site.ts';
import { scriptRoutes } from './routes/scripts.ts';
import { teachingRoutes } from './routes/teaching.ts';
import { withoutSlash } from './routes/trailing-slash.ts';
import { trustworthyHeaders } from './routes/trustworthy.ts';
import { BlockedError } from './runs/shown.ts';
import { DamagedError } from './store/store.ts';

/** What the app is built from. */
export type AppDeps = {
  playground: Playground;
  /** Returns the address of a request's client. Left out if there is none, as in tests: see `Listen.getConnInfo`. */
  getConnInfo?: GetConnInfo;
  /** Called for each request, with the address of its client. */
  onClient?: (address: string) => void;
  /** Returns the address of this server for other devices, if it knows it: see network/board.ts. */
  addressForOthers?: () => string | null;
  /** How long a reader may leave events unread before the stream is closed, in ms. */
  stallMs?: number;
  /** Pause between heartbeats of an idle stream, in ms; the page waits for two and a half (static/run/listen.ts). */
  heartbeatMs?: number;
};

/** Builds the app. It has no state of its own. Throws `SettingsError` if PUBLIC_URL's path cannot be used. */
export function createApp({
  playground,
  getConnInfo,
  onClient,
  addressForOthers,
  stallMs = 15_000,
  heartbeatMs = 3_000,
}: AppDeps): Hono<Env> {
  const { settings } = playground;
  const app = new Hono<Env>({ getPath: pathBelow(baseOf(settings)) });
  const drawings = new Drawings();
  playground.removal.onRemoved((id) => drawings.forget(id));
  const metrics = settings.METRICS_TOKEN === null ? null : new Metrics(playground);
  const own = ["'self'"];

  if (onClient && getConnInfo) {
    app.use((c, next) => {
      const { address } = getConnInfo(c).remote;
      if (address !== undefined) onClient(address);
      return next();
    });
  }
  if (metrics !== null) app.use(watchRequests((answered) => metrics.answered(answered)));
  if (settings.LOG === 'json') app.use(watchRequests((answered) => console.log('request', answered)));
  app.use(storeNothing);
  app.use(relaxHeaders);
  app.use(trustworthyHeaders);
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        scriptSrc: own,
        styleSrc: own,
        imgSrc: [...own, 'data:'],
        connectSrc: own,
        formAction: own,
        baseUri: ["'none'"],
        frameAncestors: settings.FRAME_ANCESTORS,
      },
      xFrameOptions: frameOptions(settings),
      // Not `no-referrer`: browsers would then send `Origin: null` with the forms of our own pages.
      referrerPolicy: 'same-origin',
      // In a sandboxed frame a browser cannot grant it, and says so on every page.
      originAgentCluster: !isFramedElsewhere(settings),
      // HSTS is the operator's decision.
      strictTransportSecurity: false,
    }),
  );
  app.use(refuseBadHost);
  app.on(['GET', 'HEAD', 'OPTIONS'], READ_BY_EMBED, letRead);
  app.use(compress());
  // At every name, so that a refusal has its style.
  app.route('/', assetRoutes(playground));
  app.use(refuseUnknownHosts(playground));
  app.use(refuseOtherSites(playground));
  app.use(limitBody(playground));
  app.use(identify(playground, getConnInfo));
  app.use(knowRooms(playground));
  if (addressForOthers) app.use(linkForOthers(addressForOthers));

  app.route('/', healthRoutes(playground));
  app.route('/', metricsRoutes(playground, metrics));
  if (settings.ROLE !== 'runner') routePages();
  checkBase(settings, app.routes);

  app.notFound(
    (c) =>
      withoutSlash(c, baseOf(settings)) ?? failure(c, playground, 404, 'There is nothing at this address.'),
  );
  app.onError((error, c) => {
    if (error instanceof HTTPException)
      return failure(c, playground, error.status, error.message || 'This request is refused.');
    if (error instanceof BlockedError) return failure(c, playground, 451, error.message);
    if (error instanceof DamagedError) return failure(c, playground, 410, error.message);
    if (error instanceof RoomOverError) return failure(c, playground, 404, error.message);
    const refusal = refusalOf(c, error);
    if (refusal !== null) return failure(c, playground, refusal.status, refusal.message);
    // Not the address: its ids and codes give access to what is there.
    console.error(`${c.req.method} ${routePath(c)}:`, error);
    return failure(c, playground, 500, 'Something went wrong here. It is not your fault.');
  });
  return app;

  /** Adds all that people see. */
  function routePages(): void {
    app.route('/', pageRoutes(playground));
    app.route('/', apiRoutes(playground));
    app.route('/', eventRoutes(playground, { stallMs, heartbeatMs }));
    app.route('/', runRoutes(playground));
    app.route('/', familyRoutes(playground, drawings));
    app.route('/', gameRoutes(playground));
    app.route('/', orderRoutes(playground));
    app.route('/', challengeRoutes(playground));
    app.route('/', notebookRoutes(playground));
    app.route('/', deletionRoutes(playground));
    app.route('/', reportRoutes(playground));
    app.route('/', teachingRoutes(playground));
    app.route('/', roomHandRoutes(playground));
    app.route('/', roomCoresRoutes(playground));
    app.route('/', roomExpiryRoutes(playground));
    app.route('/', roomProgramRoutes(playground));
    app.route('/', ownRoundRoutes(playground));
    app.route('/', roomRuleRoutes(playground));
    app.route('/', roomEventRoutes(playground, { stallMs, heartbeatMs }));
    app.route('/', roomExportRoutes(playground));
    app.route('/', raisedHandRoutes(playground));
    app.route('/', lookRoutes(playground));
    app.route('/', roundRoutes(playground));
    app.route('/', roomRoutes(playground));
    app.route('/', expectedRoutes(playground));
    app.route('/', hintRoutes(playground));
    app.route('/', scriptRoutes(playground));
    app.route('/', exportRoutes(playground, drawings));
    app.route('/', compareRoutes(playground, drawings));
  }
}
