// The public surface of @awo/analysis.
export { upperShare } from './bounds.ts';
export { seededRandom } from './seeded-random.ts';
