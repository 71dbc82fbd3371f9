// Routes that a file serves by where it lies: folders of pages and handlers, controllers by their names. Pure.
import type { Signal } from './detector.ts';
import { singular } from './plural.ts';

/** What is written in brackets is a parameter, what is written in parentheses groups files and is no part of the path. */
const asPath = (folders: string): string =>
  `/${folders
    .split('/')
    .filter((part) => part !== '' && part !== 'index' && !/^\(.*\)$/.test(part) && !part.startsWith('@'))
    .map((part) => (/^\[.*\]$/.test(part) ? `:${part.replaceAll(/\W/g, '') || 'rest'}` : part.replace(/^_(?=\w)/, ':')))
    .join('/')}`;

const PLACES: readonly [RegExp, (folders: string) => string][] = [
  // Next: app/api/cart/route.ts, pages/api/cart.ts.
  [/(?:^|\/)app\/(.+)\/route\.[mc]?[jt]sx?$/, asPath],
  [/(?:^|\/)pages\/(api\/.+)\.[mc]?[jt]sx?$/, asPath],
  // SvelteKit and Astro, Nuxt and Nitro (`cart.get.ts`).
  [/(?:^|\/)src\/routes\/(.+)\/\+server\.[jt]s$/, asPath],
  [/(?:^|\/)src\/pages\/(.+)\.[jt]s$/, asPath],
  [/(?:^|\/)server\/((?:api|routes)\/.+?)(?:\.(?:get|post|put|patch|delete|head))?\.[jt]s$/, (folders) => asPath(folders.replace(/^routes\//, ''))],
];

/** Rails: `resources :orders` and `resource :order` are both served by orders_controller.rb. */
const RAILS = /(?:^|\/)app\/controllers\/(.+)_controller\.rb$/;

export function placedRoutes(source: string, path: string): Signal[] {
  const served = (name: string): Signal => ({ name, line: 1, until: source.split('\n').length, text: '' });
  const controller = RAILS.exec(path)?.[1];
  if (controller !== undefined) return [...new Set([controller, singular(controller)])].map((folders) => served(`/${folders}`));
  for (const [place, say] of PLACES) {
    const folders = place.exec(path)?.[1];
    if (folders !== undefined) return [served(say(folders))];
  }
  return [];
}
