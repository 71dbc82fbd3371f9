// One of the five Restate services: does its durable effect and hands over to the next by a durable one-way call.
import * as restate from '@restatedev/restate-sdk';

const [number, port] = process.argv.slice(2).map(Number);

const relay = restate.service({
  name: `relay${number}`,
  handlers: {
    step: async (ctx, { goal, done }) => {
      await ctx.run('effect', () => ({ goal, number, decided: 'hand over' }));
      if (number < 5) ctx.serviceSendClient({ name: `relay${number + 1}` }).step({ goal, done });
      else await fetch(done, { method: 'POST' });
    },
  },
});

await restate.serve({ services: [relay], port });
process.send?.('ready');
