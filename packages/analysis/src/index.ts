// The public surface of @awo/analysis.
export { exactUpperShare, upperShare } from './bounds.ts';
export { seededRandom } from './seeded-random.ts';
