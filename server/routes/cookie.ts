/** The attributes of the person's cookie. */
import type { Context } from 'hono';
import type { CookieOptions } from 'hono/utils/cookie';
import type { Settings } from '../settings.ts';
import { baseOf, isSecure } from './address.ts';
import { isFramedElsewhere } from './other-sites.ts';

const YEAR_SECONDS = 365 * 86_400;

/**
 * Returns the attributes for the response to a request. Browsers send a cookie in frames of other sites only if it is
 * meant for that, and that only over https. It is then another cookie for each site with such a frame.
 */
export function cookieOptions(c: Context, settings: Settings): CookieOptions {
  const common = { path: baseOf(settings) || '/', httpOnly: true, maxAge: YEAR_SECONDS };
  if (!isSecure(c, settings)) return { ...common, sameSite: 'Lax' };
  return isFramedElsewhere(settings)
    ? { ...common, sameSite: 'None', secure: true, partitioned: true }
    : { ...common, sameSite: 'Lax', secure: true };
}
