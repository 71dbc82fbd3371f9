// Runs a function inside a span. Contexts are handed on explicitly, so that it works with and without an SDK.
import { SpanStatusCode, trace } from '@opentelemetry/api';
import type { Attributes, Context, Span } from '@opentelemetry/api';

const tracer = () => trace.getTracer('awo');

/**
 * Opens a span below `parent`, ends it with the function, marks it failed when the function throws.
 * `worthKeeping`: false for an answer that leaves nothing to show; a span that never ends is never sent.
 */
export async function inSpan<T>(
  name: string,
  parent: Context,
  attributes: Attributes,
  run: (context: Context, span: Span) => Promise<T>,
  worthKeeping: (answer: T) => boolean = () => true,
): Promise<T> {
  const span = tracer().startSpan(name, { attributes }, parent);
  let kept = true;
  try {
    const answer = await run(trace.setSpan(parent, span), span);
    kept = worthKeeping(answer);
    return answer;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    span.setStatus({ code: SpanStatusCode.ERROR, message: message.slice(0, 500) });
    throw error;
  } finally {
    if (kept) span.end();
  }
}
