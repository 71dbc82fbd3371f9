// One span as it is kept: in the terms of a diagnosis, and which span of the edge stands above it.
import { CollectedSpan } from '@awo/contracts';
import { z } from 'zod';

/** `above`: of the edge, nearest above it: stands in where nobody told of the parent. */
export const SeenSpan = CollectedSpan.extend({ above: z.string().nullable() });
export type SeenSpan = z.infer<typeof SeenSpan>;

/** Answer of the edge's control to GET /spans: those after the number that was asked for, and the number of the last one. */
export const EdgeSpans = z.object({ last: z.number(), spans: z.array(SeenSpan) });
export type EdgeSpans = z.infer<typeof EdgeSpans>;

/** Names are told by whoever calls: a long one tells no more. */
export const MOST_NAME = 80;
